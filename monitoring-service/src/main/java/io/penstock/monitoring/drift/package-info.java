/// Drift: whether a column looks different in live traffic than in training, tested so that false
/// alarms stay rare over all columns and all windows ever tested, and reported only where the
/// difference is large enough to matter.
@NullMarked
package io.penstock.monitoring.drift;

import org.jspecify.annotations.NullMarked;
