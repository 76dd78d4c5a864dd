/// Alerts: fired once when something is wrong, resolved once when it no longer is, published in the
/// transaction that says so, and delivered to a webhook however often that fails at first.
@NullMarked
package io.penstock.monitoring.alert;

import org.jspecify.annotations.NullMarked;
