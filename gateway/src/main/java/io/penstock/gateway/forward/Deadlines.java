package io.penstock.gateway.forward;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.options.v1.Cost;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How long a call may take, by cost class, where the caller does not say; and the most that a
/// caller may ask for.
@ConfigurationProperties("penstock.gateway.deadlines")
public record Deadlines(
    @Bindable(defaultValue = "5s") Duration read,
    @Bindable(defaultValue = "15s") Duration write,
    @Bindable(defaultValue = "5s") Duration infer,
    @Bindable(defaultValue = "10m") Duration bulk) {

  private static final Pattern TIMEOUT = Pattern.compile("(\\d{1,9})(us|ms|s|m)");

  public Deadlines {
    requirePositive("read", read);
    requirePositive("write", write);
    requirePositive("infer", infer);
    requirePositive("bulk", bulk);
  }

  private static void requirePositive(String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          "penstock.gateway.deadlines." + key + ": " + value + " (expected: > 0)");
    }
  }

  /// The time for a call of this class.
  public Duration of(Cost cost) {
    return switch (cost) {
      case COST_WRITE -> write;
      case COST_INFER -> infer;
      case COST_BULK -> bulk;
      case COST_READ, COST_UNSPECIFIED, UNRECOGNIZED -> read;
    };
  }

  /// The time for a call whose caller asked for a timeout such as `250ms`; never longer than the
  /// class allows.
  public Duration of(Cost cost, @Nullable String asked) {
    Duration most = of(cost);
    Duration wanted = asked == null ? most : parse(asked);
    return wanted.compareTo(most) < 0 ? wanted : most;
  }

  private static Duration parse(String text) {
    Matcher matcher = TIMEOUT.matcher(text);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw InvalidArguments.of(
          "X-Request-Timeout", text + " (expected: a number with us, ms, s or m, such as 250ms)");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "us" -> Duration.ofNanos(number * 1_000);
      case "ms" -> Duration.ofMillis(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofSeconds(number);
    };
  }
}
