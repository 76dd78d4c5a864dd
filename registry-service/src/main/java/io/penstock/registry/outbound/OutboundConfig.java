package io.penstock.registry.outbound;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Whom the registry believes when it calls others.
///
/// @param caFile PEM certificates of authorities that are believed beside those of the JVM
@ConfigurationProperties("penstock.outbound")
record OutboundConfig(@Nullable Path caFile) {}
