/// The model versions that are monitored and the training baselines that their traffic is held
/// against.
@NullMarked
package io.penstock.monitoring.version;

import org.jspecify.annotations.NullMarked;
