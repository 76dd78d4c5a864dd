package io.penstock.kit.telemetry;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Where spans go and how many of them.
///
/// @param endpoint an OTLP gRPC receiver, `http://localhost:4317`; without one nothing is exported
/// @param sampling the share of traces that are recorded, decided where a trace begins
@ConfigurationProperties("penstock.telemetry")
public record TelemetryConfig(
    @Nullable URI endpoint, @Bindable(defaultValue = "0.1") double sampling) {

  public TelemetryConfig {
    if (!(sampling >= 0 && sampling <= 1)) {
      throw new IllegalArgumentException(
          "penstock.telemetry.sampling was %s, expected 0 to 1".formatted(sampling));
    }
  }
}
