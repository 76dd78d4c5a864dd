/// The edge of Penstock: identity, permissions, limits, transcoding and forwarding, all driven by
/// the descriptors.
@Configuration
@Requires(property = "penstock.service", value = "gateway")
@NullMarked
package io.penstock.gateway;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
