package io.penstock.gateway.edge;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.penstock.proto.options.v1.Cost;
import java.time.Duration;

/// Calls per second that one principal may make, by cost class.
///
/// @param patience how long a REST call waits for its turn before it is refused
@ConfigurationProperties("penstock.gateway.rate-limits")
public record RateLimitConfig(
    @Bindable(defaultValue = "1000") long read,
    @Bindable(defaultValue = "500") long write,
    @Bindable(defaultValue = "5000") long infer,
    @Bindable(defaultValue = "100") long bulk,
    @Bindable(defaultValue = "500ms") Duration patience) {

  private static final Duration MOST_PATIENCE = Duration.ofSeconds(10);

  public RateLimitConfig {
    requirePositive("read", read);
    requirePositive("write", write);
    requirePositive("infer", infer);
    requirePositive("bulk", bulk);
    if (patience.isNegative() || patience.compareTo(MOST_PATIENCE) > 0) {
      throw new IllegalArgumentException(
          "penstock.gateway.rate-limits.patience: " + patience + " (expected: 0 to 10 s)");
    }
  }

  private static void requirePositive(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "penstock.gateway.rate-limits." + key + ": " + value + " (expected: >= 1)");
    }
  }

  boolean isPatient() {
    return !patience.isZero();
  }

  long perSecond(Cost cost) {
    return switch (cost) {
      case COST_WRITE -> write;
      case COST_INFER -> infer;
      case COST_BULK -> bulk;
      case COST_READ, COST_UNSPECIFIED, UNRECOGNIZED -> read;
    };
  }
}
