package io.penstock.inference.rest;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.time.Duration;

/// Where the service listens for HTTP, and what it bears.
///
/// @param enabled whether it listens at all
/// @param host the address to bind
/// @param port the port; 0 takes a free one
/// @param maxBodySize the largest body accepted, compressed or inflated
/// @param maxConnections connections held at once; more are closed as they come
/// @param requestTimeout how long a request may take to arrive whole, and its answer to be taken
/// @param idleTimeout how long a connection may rest between requests
@ConfigurationProperties("penstock.inference.rest")
public record RestConfig(
    @Bindable(defaultValue = "true") boolean enabled,
    @Bindable(defaultValue = "0.0.0.0") String host,
    @Bindable(defaultValue = "0") int port,
    @ReadableBytes @Bindable(defaultValue = "16MB") int maxBodySize,
    @Bindable(defaultValue = "1024") int maxConnections,
    @Bindable(defaultValue = "30s") Duration requestTimeout,
    @Bindable(defaultValue = "75s") Duration idleTimeout) {

  public RestConfig {
    require(port >= 0 && port <= 65535, "port", port, "0 to 65535");
    require(maxBodySize >= 1024, "max-body-size", maxBodySize, "at least 1KB");
    require(maxConnections >= 1, "max-connections", maxConnections, "at least 1");
    require(requestTimeout.isPositive(), "request-timeout", requestTimeout, "more than 0s");
    require(idleTimeout.isPositive(), "idle-timeout", idleTimeout, "more than 0s");
  }

  private static void require(boolean right, String key, Object value, String expected) {
    if (!right) {
      throw new IllegalArgumentException(
          "penstock.inference.rest.%s was %s, expected %s".formatted(key, value, expected));
    }
  }
}
