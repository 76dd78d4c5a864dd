/// How a version serves and how right it is, window by window, and the alerts that follow from
/// that.
@NullMarked
package io.penstock.monitoring.performance;

import org.jspecify.annotations.NullMarked;
