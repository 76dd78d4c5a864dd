package io.penstock.registry.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.registry.webhook.DeliveryPlan.Step;
import io.penstock.registry.webhook.Outcome.Answered;
import io.penstock.registry.webhook.Outcome.Refused;
import io.penstock.registry.webhook.Outcome.Unanswered;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryPlanTest {

  private static final DeliveryPlan PLAN =
      new DeliveryPlan(10, Duration.ofSeconds(1), Duration.ofSeconds(60));

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 204, 299})
  void success_isDone(int status) {
    assertThat(PLAN.after(answered(status, null), 1, 0)).isEqualTo(new Step.Done());
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 400, 401, 404, 408, 410, 422})
  void whatWillNotChange_isDeadAtOnce(int status) {
    assertThat(PLAN.after(answered(status, null), 1, 0)).isInstanceOf(Step.Dead.class);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "6, 32", "7, 60", "9, 60"})
  void rests_double_upToTheLongest(int made, int seconds) {
    assertThat(PLAN.after(answered(503, null), made, 0)).isEqualTo(retry(seconds));
    assertThat(PLAN.after(new Unanswered("reset"), made, 0)).isEqualTo(retry(seconds));
  }

  @Test
  void jitter_takesUpToHalf() {
    assertThat(PLAN.after(answered(500, null), 3, 1)).isEqualTo(retry(2));
    assertThat(PLAN.after(answered(500, null), 3, 0.5)).isEqualTo(retry(3));
  }

  @ParameterizedTest
  @CsvSource({"0, 4", "3, 4", "30, 30", "86400, 60"})
  void retryAfter_isHonoured_withinTheLongest(int asked, int seconds) {
    var outcome = answered(429, Duration.ofSeconds(asked));
    assertThat(PLAN.after(outcome, 3, 0)).isEqualTo(retry(seconds));
  }

  @Test
  void theLastAttempt_leavesADeadLetter() {
    assertThat(PLAN.after(answered(503, Duration.ZERO), 10, 0)).isInstanceOf(Step.Dead.class);
    assertThat(PLAN.after(new Unanswered("no answer"), 10, 0))
        .isEqualTo(new Step.Dead("no answer"));
  }

  @Test
  void aRefusedAddress_isDeadAtOnce() {
    assertThat(PLAN.after(new Refused("private"), 1, 0)).isEqualTo(new Step.Dead("private"));
  }

  private static Outcome answered(int status, @Nullable Duration retryAfter) {
    return new Answered(status, "", retryAfter);
  }

  private static Step retry(int seconds) {
    return new Step.Retry(Duration.ofSeconds(seconds));
  }
}
