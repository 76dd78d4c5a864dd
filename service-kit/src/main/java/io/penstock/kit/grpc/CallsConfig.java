package io.penstock.kit.grpc;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.time.Duration;

/// How a service calls its peers.
///
/// @param deadline of a unary call that sets none itself
/// @param maxMessageSize the largest answer accepted
/// @param attempts tries of a call that fails as `UNAVAILABLE`, the first included; all peers'
///   retries share a budget
@ConfigurationProperties("penstock.calls")
public record CallsConfig(
    @Bindable(defaultValue = "5s") Duration deadline,
    @ReadableBytes @Bindable(defaultValue = "64MB") int maxMessageSize,
    @Bindable(defaultValue = "3") int attempts) {

  public CallsConfig {
    if (!deadline.isPositive()) {
      throw new IllegalArgumentException(
          "penstock.calls.deadline was %s, expected more than 0s".formatted(deadline));
    }
    if (attempts < 1 || attempts > 5) {
      throw new IllegalArgumentException(
          "penstock.calls.attempts was %d, expected 1 to 5".formatted(attempts));
    }
  }
}
