/// What live traffic looks like against the training baseline: performance, drift, realised
/// quality, alerts, canary verdicts, and the traces that are their evidence.
@NullMarked
@Configuration
@Requires(property = "penstock.service", value = "monitoring")
package io.penstock.monitoring;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
