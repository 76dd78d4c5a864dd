/// Canaries: which run, what they and their primaries showed since they began, and the verdict that
/// follows.
@NullMarked
package io.penstock.monitoring.canary;

import org.jspecify.annotations.NullMarked;
