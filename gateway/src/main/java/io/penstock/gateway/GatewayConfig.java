package io.penstock.gateway;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// The HTTP edge.
///
/// @param port of REST, the OpenAPI document and its page
/// @param host address to listen on
/// @param maxBodySize largest JSON body, bytes
/// @param maxUploadSize largest streamed upload, bytes
/// @param bodyTimeout how long a JSON body may take to arrive
@ConfigurationProperties("penstock.gateway")
public record GatewayConfig(
    @Bindable(defaultValue = "8080") int port,
    @Bindable(defaultValue = "0.0.0.0") String host,
    @Bindable(defaultValue = "16777216") int maxBodySize,
    @Bindable(defaultValue = "17179869184") long maxUploadSize,
    @Bindable(defaultValue = "60s") Duration bodyTimeout) {

  public GatewayConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          "penstock.gateway.port: " + port + " (expected: 0 to 65535)");
    }
    if (maxBodySize < 1) {
      throw new IllegalArgumentException(
          "penstock.gateway.max-body-size: " + maxBodySize + " (expected: >= 1)");
    }
    if (!bodyTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "penstock.gateway.body-timeout: " + bodyTimeout + " (expected: > 0)");
    }
    if (maxUploadSize < maxBodySize) {
      throw new IllegalArgumentException(
          "penstock.gateway.max-upload-size: "
              + maxUploadSize
              + " (expected: >= penstock.gateway.max-body-size)");
    }
  }
}
