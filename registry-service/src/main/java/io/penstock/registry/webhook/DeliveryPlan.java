package io.penstock.registry.webhook;

import io.penstock.registry.webhook.Outcome.Answered;
import io.penstock.registry.webhook.Outcome.Refused;
import io.penstock.registry.webhook.Outcome.Unanswered;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Decides what follows from the outcome of an attempt. Touches nothing.
///
/// @param attempts how often a delivery is tried in all
/// @param first the rest after the first failure; it doubles with each one
/// @param longest the longest rest
record DeliveryPlan(int attempts, Duration first, Duration longest) {

  private static final int MOST_DOUBLINGS = 30;

  /// What happens with the delivery.
  sealed interface Step {

    /// It has arrived.
    record Done() implements Step {}

    /// It is tried again, and all that waits behind it goes on waiting.
    record Retry(Duration rest) implements Step {}

    /// It is given up until somebody replays it, and makes way.
    record Dead(String reason) implements Step {}
  }

  /// @param made how many attempts were made, this one included
  /// @param jitter at random from 0 to 1: the rest is shortened by up to half, so that what failed
  ///   together does not come back together
  Step after(Outcome outcome, int made, double jitter) {
    return switch (outcome) {
      case Answered answer when answer.isSuccess() -> new Step.Done();
      case Answered answer when !isTemporary(answer.status()) ->
          new Step.Dead("answered with " + answer.status());
      case Answered answer ->
          retry("answered with " + answer.status(), made, jitter, answer.retryAfter());
      case Unanswered(var problem) -> retry(problem, made, jitter, null);
      case Refused(var problem) -> new Step.Dead(problem);
    };
  }

  private static boolean isTemporary(int status) {
    return status == 429 || status >= 500;
  }

  private Step retry(String reason, int made, double jitter, @Nullable Duration asked) {
    if (made >= attempts) {
      return new Step.Dead(reason);
    }
    var usual = backoff(made, jitter);
    return new Step.Retry(asked == null ? usual : atMost(longest, atLeast(usual, asked)));
  }

  private Duration backoff(int made, double jitter) {
    var full = atMost(longest, first.multipliedBy(1L << Math.min(made - 1, MOST_DOUBLINGS)));
    return full.minus(Duration.ofMillis((long) (full.toMillis() * jitter / 2)));
  }

  private static Duration atLeast(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static Duration atMost(Duration limit, Duration duration) {
    return duration.compareTo(limit) <= 0 ? duration : limit;
  }
}
