/// feature-service: entities, versioned feature views, ingestion with quarantine, online and
/// point-in-time reads.
@NullMarked
@Configuration
@Requires(property = "penstock.service", value = "feature")
package io.penstock.feature;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
