package io.penstock.monitoring.canary;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.monitoring.canary.CanaryDecision.Outcome;
import io.penstock.monitoring.canary.Criterion.Standing;
import io.penstock.monitoring.window.QualityCounts;
import io.penstock.monitoring.window.TrafficCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CanaryDecisionTest {

  private static final long SEED = 11;
  private static final CanaryCriteria CRITERIA =
      new CanaryCriteria(200, 200, 0.01, 3, 0, Optional.of(Duration.ofHours(1)));
  private static final Duration SOON = Duration.ofMinutes(5);

  private final Random random = new Random(SEED);

  @Test
  void decide_allMet_promotes() {
    var decision =
        CanaryDecision.decide(
            CRITERIA, evidence(1000, 0, 900, 1.5), evidence(4000, 0, 3000, 1), SOON);

    assertThat(decision.outcome()).isEqualTo(Outcome.PROMOTE);
    assertThat(decision.criteria())
        .extracting(Criterion::name)
        .containsExactly("min_requests", "error_rate", "latency_p99", "min_labels", "auc");
    assertThat(decision.criteria()).allMatch(criterion -> criterion.is(Standing.MET));
  }

  @Test
  void decide_tooFewRequests_waitsWhateverTheySay() {
    var decision =
        CanaryDecision.decide(CRITERIA, evidence(199, 199, 0, 1), evidence(4000, 0, 0, 1), SOON);

    assertThat(decision.outcome()).isEqualTo(Outcome.WAIT);
    assertThat(decision.criteria().getFirst().detail())
        .isEqualTo("canary 199, primary 4000, needed 200");
  }

  @Test
  void decide_tooFewLabels_waits() {
    var decision =
        CanaryDecision.decide(
            CRITERIA, evidence(1000, 0, 199, 3), evidence(4000, 0, 3000, 1), SOON);

    assertThat(decision.outcome()).isEqualTo(Outcome.WAIT);
  }

  @Test
  void decide_manyErrors_rollsBackWithoutWaitingForLabels() {
    var decision =
        CanaryDecision.decide(CRITERIA, evidence(400, 40, 0, 1), evidence(4000, 4, 0, 1), SOON);

    assertThat(decision.outcome()).isEqualTo(Outcome.ROLL_BACK);
    assertThat(criterion(decision, "error_rate").standing()).isEqualTo(Standing.VIOLATED);
    assertThat(criterion(decision, "error_rate").detail())
        .isEqualTo("canary 0.1000, primary 0.0010, allowed increase 0.0100");
  }

  @Test
  void decide_anErrorTooManyOnLittleData_waits() {
    var decision =
        CanaryDecision.decide(CRITERIA, evidence(200, 3, 200, 2), evidence(4000, 0, 3000, 1), SOON);

    assertThat(decision.outcome()).isEqualTo(Outcome.WAIT);
    assertThat(criterion(decision, "error_rate").standing()).isEqualTo(Standing.OPEN);
  }

  @Test
  void decide_muchSlower_rollsBack() {
    var slow = new Evidence(traffic(500, 0, 50_000), labels(300, 1));

    var decision = CanaryDecision.decide(CRITERIA, slow, evidence(4000, 0, 3000, 1), SOON);

    assertThat(decision.outcome()).isEqualTo(Outcome.ROLL_BACK);
    assertThat(criterion(decision, "latency_p99").standing()).isEqualTo(Standing.VIOLATED);
  }

  @Test
  void decide_aFewSlowRequestsOfFew_areChance() {
    var traffic = traffic(200, 0, 1000);
    for (int i = 0; i < 3; i++) {
      traffic.request(1, false, 50_000, new double[0], Instant.EPOCH);
    }

    var decision =
        CanaryDecision.decide(
            CRITERIA, new Evidence(traffic, labels(300, 2)), evidence(4000, 0, 3000, 1), SOON);

    assertThat(criterion(decision, "latency_p99").standing()).isEqualTo(Standing.OPEN);
    assertThat(decision.outcome()).isEqualTo(Outcome.WAIT);
  }

  @Test
  void decide_clearlyWorse_rollsBack() {
    var decision =
        CanaryDecision.decide(
            CRITERIA, evidence(4000, 0, 3000, 0), evidence(4000, 0, 3000, 1), SOON);

    assertThat(decision.outcome()).isEqualTo(Outcome.ROLL_BACK);
    assertThat(criterion(decision, "auc").standing()).isEqualTo(Standing.VIOLATED);
  }

  @Test
  void decide_aLossThatIsAllowed_promotes() {
    var tolerant = new CanaryCriteria(200, 200, 0.01, 3, -0.5, Optional.empty());

    var decision =
        CanaryDecision.decide(
            tolerant, evidence(4000, 0, 3000, 0.5), evidence(4000, 0, 3000, 1), SOON);

    assertThat(decision.outcome()).isEqualTo(Outcome.PROMOTE);
  }

  @Test
  void decide_undecidedForTooLong_rollsBack() {
    var decision =
        CanaryDecision.decide(
            CRITERIA, evidence(10, 0, 0, 1), evidence(4000, 0, 0, 1), Duration.ofHours(1));

    assertThat(decision.outcome()).isEqualTo(Outcome.ROLL_BACK);
    assertThat(criterion(decision, "timeout").detail())
        .isEqualTo("undecided for PT1H, allowed PT1H");
  }

  @Test
  void decide_labelsOfOneClass_waits() {
    var quality = new QualityCounts();
    for (int i = 0; i < 500; i++) {
      quality.label(0.4, 0);
    }

    var decision =
        CanaryDecision.decide(
            CRITERIA,
            new Evidence(traffic(1000, 0, 1000), quality),
            evidence(4000, 0, 3000, 1),
            SOON);

    assertThat(decision.outcome()).isEqualTo(Outcome.WAIT);
  }

  // A canary as good as its primary, looked at again and again while labels come, is seldom thrown
  // out.
  @Test
  void decide_equallyGood_isSeldomRolledBack() {
    int trials = 300;
    int rolledBack = 0;
    for (int trial = 0; trial < trials; trial++) {
      var ours = new QualityCounts();
      var theirs = new QualityCounts();
      var outcome = Outcome.WAIT;
      for (int look = 0; look < 20 && outcome == Outcome.WAIT; look++) {
        addLabels(ours, 50, 1);
        addLabels(theirs, 200, 1);
        outcome =
            CanaryDecision.decide(
                    CRITERIA,
                    new Evidence(traffic(1000, 0, 1000), ours),
                    new Evidence(traffic(4000, 0, 1000), theirs),
                    SOON)
                .outcome();
      }
      rolledBack += outcome == Outcome.ROLL_BACK ? 1 : 0;
    }

    assertThat(rolledBack / (double) trials).as("seed %d", SEED).isLessThan(0.02);
  }

  private static Criterion criterion(CanaryDecision decision, String name) {
    return decision.criteria().stream()
        .filter(criterion -> criterion.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Evidence evidence(int requests, int errors, int labels, double skill) {
    return new Evidence(traffic(requests, errors, 1000), labels(labels, skill));
  }

  private static TrafficCounts traffic(int requests, int errors, long latencyMicros) {
    var traffic = new TrafficCounts();
    for (int i = 0; i < requests; i++) {
      traffic.request(1, i < errors, latencyMicros, new double[] {0.5}, Instant.EPOCH);
    }
    return traffic;
  }

  private QualityCounts labels(int count, double skill) {
    var quality = new QualityCounts();
    addLabels(quality, count, skill);
    return quality;
  }

  private void addLabels(QualityCounts quality, int count, double skill) {
    for (int i = 0; i < count; i++) {
      int label = i % 4 == 0 ? 1 : 0;
      quality.label(1 / (1 + Math.exp(-(random.nextGaussian() + skill * label))), label);
    }
  }
}
