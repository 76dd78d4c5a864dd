package io.penstock.gateway.edge;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.penstock.proto.options.v1.Cost;

/// Calls per second that one principal may make, by cost class.
@ConfigurationProperties("penstock.gateway.rate-limits")
public record RateLimitConfig(
    @Bindable(defaultValue = "1000") long read,
    @Bindable(defaultValue = "500") long write,
    @Bindable(defaultValue = "5000") long infer,
    @Bindable(defaultValue = "100") long bulk) {

  public RateLimitConfig {
    requirePositive("read", read);
    requirePositive("write", write);
    requirePositive("infer", infer);
    requirePositive("bulk", bulk);
  }

  private static void requirePositive(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "penstock.gateway.rate-limits." + key + ": " + value + " (expected: >= 1)");
    }
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
