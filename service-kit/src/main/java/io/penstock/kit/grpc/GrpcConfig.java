package io.penstock.kit.grpc;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.time.Duration;

/// Where a service listens for gRPC, and what it lets a client do.
///
/// @param host the address to bind
/// @param port the port; 0 takes a free one
/// @param maxMessageSize the largest request accepted
/// @param keepAliveTime how often a silent connection is asked whether it still lives
/// @param permitKeepAliveTime how often a client may ask the same; more is answered with GOAWAY
/// @param drainGrace how long calls in flight may go on once the service stops
@ConfigurationProperties("penstock.grpc")
public record GrpcConfig(
    @Bindable(defaultValue = "0.0.0.0") String host,
    @Bindable(defaultValue = "9100") int port,
    @ReadableBytes @Bindable(defaultValue = "20MB") int maxMessageSize,
    @Bindable(defaultValue = "30s") Duration keepAliveTime,
    @Bindable(defaultValue = "10s") Duration permitKeepAliveTime,
    @Bindable(defaultValue = "10s") Duration drainGrace) {

  public GrpcConfig {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "penstock.grpc.port was %d, expected 0 to 65535".formatted(port));
    }
    if (maxMessageSize < 1024) {
      throw new IllegalArgumentException(
          "penstock.grpc.max-message-size was %d bytes, expected at least 1KB"
              .formatted(maxMessageSize));
    }
    if (drainGrace.isNegative()) {
      throw new IllegalArgumentException(
          "penstock.grpc.drain-grace was %s, expected no negative time".formatted(drainGrace));
    }
  }
}
