package io.penstock.gateway.edge;

import static io.penstock.proto.options.v1.Cost.COST_READ;
import static io.penstock.proto.options.v1.Cost.COST_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.gateway.GatewayFailure.RateLimited;
import io.penstock.kit.failure.FailureException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitsTest {

  private static final int RATE = 20;
  private static final int BURST = 2 * RATE;

  private static RateLimits limits(Duration patience) {
    var limits = new RateLimits(new RateLimitConfig(RATE, RATE, RATE, RATE, patience));
    for (int i = 0; i < BURST; i++) {
      limits.take("ada", COST_WRITE);
    }
    return limits;
  }

  private static void assertLimited(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure()).isInstanceOf(RateLimited.class));
  }

  private static boolean passes(RateLimits limits) {
    try {
      limits.await("ada", COST_WRITE);
      return true;
    } catch (FailureException limited) {
      return false;
    }
  }

  @Test
  void take_refusesWhoeverIsTooFast_whateverThePatience() {
    assertLimited(() -> limits(Duration.ofSeconds(5)).take("ada", COST_WRITE));
  }

  @Test
  void await_waitsForATokenThatComesInTime() {
    var limits = limits(Duration.ofSeconds(5));
    for (int i = 0; i < 5; i++) {
      limits.await("ada", COST_WRITE);
    }
    // What they waited for was theirs.
    assertLimited(() -> limits.take("ada", COST_WRITE));
  }

  @Test
  void await_withoutPatience_refusesAtOnce() {
    assertLimited(() -> limits(Duration.ZERO).await("ada", COST_WRITE));
  }

  @Test
  void await_byMoreThanThePatienceHasTokensFor_refusesTheRest() throws Exception {
    var limits = limits(Duration.ofMillis(250));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var callers = Stream.generate(() -> threads.submit(() -> passes(limits))).limit(200).toList();
      int passed = 0;
      for (var caller : callers) {
        passed += caller.get() ? 1 : 0;
      }
      assertThat(passed).isBetween(1, 199);
    }
  }

  @Test
  void await_ofAnotherCallerOrClass_doesNotWait() {
    var limits = limits(Duration.ZERO);
    limits.await("grace", COST_WRITE);
    limits.await("ada", COST_READ);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-1S", "PT10.001S"})
  void config_ofAnImpossiblePatience_isRefused(String patience) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RateLimitConfig(RATE, RATE, RATE, RATE, Duration.parse(patience)))
        .withMessageContaining("rate-limits.patience");
  }
}
