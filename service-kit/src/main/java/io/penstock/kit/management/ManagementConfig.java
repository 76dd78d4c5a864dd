package io.penstock.kit.management;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// Where health and metrics are served over HTTP.
///
/// @param host the address to bind
/// @param port the port; 0 takes a free one
@ConfigurationProperties("penstock.management")
public record ManagementConfig(
    @Bindable(defaultValue = "0.0.0.0") String host, @Bindable(defaultValue = "9300") int port) {

  public ManagementConfig {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "penstock.management.port was %d, expected 0 to 65535".formatted(port));
    }
  }
}
