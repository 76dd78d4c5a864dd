package io.penstock.inference.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.inference.evaluation.Tenure.Lost;
import io.penstock.inference.evaluation.Tenure.Overdue;
import io.penstock.inference.evaluation.Tenure.Renew;
import io.penstock.inference.evaluation.Tenure.Wait;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TenureTest {

  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Tenure TENURE = Tenure.begin(at(100), LEASE, Duration.ofSeconds(60));

  private static long at(int second) {
    return Duration.ofSeconds(second).toNanos();
  }

  @Test
  void claim_isRenewedEachThirdOfItsTime() {
    assertThat(TENURE.next(at(100))).isEqualTo(new Wait(Duration.ofSeconds(10)));
    assertThat(TENURE.next(at(107))).isEqualTo(new Wait(Duration.ofSeconds(3)));
    assertThat(TENURE.next(at(110))).isEqualTo(new Renew());
    assertThat(TENURE.renewed(at(111)).next(at(112))).isEqualTo(new Wait(Duration.ofSeconds(9)));
  }

  @Test
  void claimThatCannotBeRenewed_isTriedUntilItExpires() {
    assertThat(TENURE.next(at(129))).isEqualTo(new Renew());
    assertThat(TENURE.retry()).isEqualTo(Duration.ofSeconds(1));
    assertThat(TENURE.next(at(130))).isEqualTo(new Lost());
  }

  @Test
  void run_endsAtItsDeadline_howeverFreshItsClaim() {
    var fresh = TENURE.renewed(at(155));
    assertThat(fresh.next(at(156))).isEqualTo(new Wait(Duration.ofSeconds(4)));
    assertThat(fresh.next(at(160))).isEqualTo(new Overdue());
  }

  @Test
  void times_mayWrapAround() {
    var tenure = Tenure.begin(Long.MAX_VALUE - 1, LEASE, Duration.ofSeconds(60));
    assertThat(tenure.next(Long.MAX_VALUE + at(10))).isEqualTo(new Renew());
    assertThat(tenure.next(Long.MAX_VALUE + at(61))).isEqualTo(new Overdue());
  }
}
