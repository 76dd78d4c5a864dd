/// The gRPC face of monitoring: one service whose parts belong to the features.
@NullMarked
package io.penstock.monitoring.api;

import org.jspecify.annotations.NullMarked;
