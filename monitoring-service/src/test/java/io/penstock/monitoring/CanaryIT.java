package io.penstock.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.monitoring.version.Baselines;
import io.penstock.monitoring.window.TimeProtos;
import io.penstock.proto.event.v1.CanaryVerdict;
import io.penstock.proto.event.v1.TrafficAdvice;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.event.v1.VerdictOutcome;
import io.penstock.proto.monitoring.v1.Feedback;
import io.penstock.proto.monitoring.v1.ListCanaryVerdictsRequest;
import io.penstock.proto.monitoring.v1.MonitoringServiceGrpc;
import io.penstock.proto.monitoring.v1.RecordFeedbackRequest;
import io.penstock.proto.registry.v1.Bandit;
import io.penstock.proto.registry.v1.CanaryCriteria;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.TrafficTarget;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.RecordingHandler;
import io.penstock.testkit.ServiceExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the service makes of a trial: verdicts on canaries, advice on bandits.
class CanaryIT {

  private static final long SEED = 2001;
  private static final Instant APRIL = Instant.parse("2001-04-01T00:00:00Z");
  private static final Duration SOON = Duration.ofSeconds(30);

  @RegisterExtension static final FakeRegistry registry = new FakeRegistry();

  @RegisterExtension static final ServiceExtension monitoring = RunningMonitoring.beside(registry);

  private final Random random = new Random(SEED);

  private MonitoringServiceGrpc.MonitoringServiceBlockingStub client() {
    return MonitoringServiceGrpc.newBlockingStub(
        monitoring.channel("ada", "data-scientist", "client"));
  }

  @Test
  void canary_thatIsBetter_isPromotedOnce() throws Exception {
    var verdicts = RunningMonitoring.subscribe(monitoring, Topics.VERDICTS);
    registry.release(release("canary", 20, 7));
    canaryTraffic("canary", 6, 2, 0); // before the canary began: no evidence
    canaryTraffic("canary", 7, 2, 0);
    Eventually.become(SOON, () -> verdictsOf(verdicts, "canary").size() == 1);
    canaryTraffic("canary", 7, 0, 2); // too late to change anything

    var verdict = verdictsOf(verdicts, "canary").getFirst();
    assertThat(verdict.getOutcome()).isEqualTo(VerdictOutcome.VERDICT_OUTCOME_PROMOTE);
    assertThat(verdict.getReleaseRevision()).isEqualTo(7);
    assertThat(verdict.getCanaryVersion()).isEqualTo("2");
    assertThat(verdict.getPrimaryVersion()).isEqualTo("1");
    assertThat(verdict.getCriteriaList()).hasSize(5).allMatch(criterion -> criterion.getMet());
    assertThat(
            client()
                .listCanaryVerdicts(
                    ListCanaryVerdictsRequest.newBuilder().setModel("canary").build())
                .getVerdictsList())
        .containsExactly(verdict);
    assertThat(verdictsOf(verdicts, "canary")).hasSize(1);
  }

  @Test
  void canary_thatIsWorse_isRolledBack() throws Exception {
    var verdicts = RunningMonitoring.subscribe(monitoring, Topics.VERDICTS);
    registry.release(release("bad-canary", 20, 17));
    // A new split of the same canary is a new revision; what it showed before still counts.
    canaryTraffic("bad-canary", 17, 0, 2);
    registry.release(release("bad-canary", 21, 18));

    Eventually.become(SOON, () -> !verdictsOf(verdicts, "bad-canary").isEmpty());

    assertThat(verdictsOf(verdicts, "bad-canary").getLast().getOutcome())
        .isEqualTo(VerdictOutcome.VERDICT_OUTCOME_ROLL_BACK);
  }

  @Test
  void bandit_whoseCanaryAlwaysEarns_isAdvisedUntilTheReleaseFollows() throws Exception {
    var advice = RunningMonitoring.subscribe(monitoring, Topics.TRAFFIC);
    registry.release(bandit("bandit", 27, 20));
    rewards("bandit", 27);
    Eventually.become(SOON, () -> !adviceOf(advice, "bandit").isEmpty());

    var first = adviceOf(advice, "bandit").getFirst();
    assertThat(first.getReleaseRevision()).isEqualTo(27);
    assertThat(first.getReason()).startsWith("rewards: canary ");
    // The primary never earned: it keeps the smallest share that the release allows.
    Eventually.become(SOON, () -> adviceOf(advice, "bandit").getLast().getCanaryPercent() == 90);

    registry.release(bandit("bandit", 28, 90));
    rewards("other", 41);
    registry.release(bandit("other", 41, 20));
    Eventually.become(SOON, () -> !adviceOf(advice, "other").isEmpty());
    assertThat(adviceOf(advice, "bandit")).noneMatch(one -> one.getReleaseRevision() == 28);
  }

  private static Release bandit(String model, long revision, int percent) {
    return release(model, percent, revision).toBuilder()
        .setBandit(Bandit.newBuilder().setPriorSuccesses(1).setPriorFailures(1).setMinShare(0.1))
        .build();
  }

  /// Every prediction of the canary is rewarded, none of the primary.
  private void rewards(String model, long revision) {
    traffic(model, revision, canary -> new Outcome(0.5, canary ? 1 : 0));
  }

  /// What was predicted and what became of it.
  private record Outcome(double prediction, int label) {}

  private void canaryTraffic(String model, long revision, double canarySkill, double primarySkill) {
    traffic(
        model,
        revision,
        canary -> {
          int label = random.nextInt(2);
          double logit = random.nextGaussian() + (canary ? canarySkill : primarySkill) * label;
          return new Outcome(1 / (1 + Math.exp(-logit)), label);
        });
  }

  private void traffic(String model, long revision, Function<Boolean, Outcome> outcomes) {
    var events = new ArrayList<Event>();
    var feedback = RecordFeedbackRequest.newBuilder();
    for (int i = 0; i < 1200; i++) {
      boolean canary = i % 3 == 0;
      var outcome = outcomes.apply(canary);
      var event =
          Predictions.of(model, canary ? "2" : "1")
              .as(canary ? Variant.VARIANT_CANARY : Variant.VARIANT_PRIMARY, revision)
              .at(APRIL.plusSeconds(i), 0, outcome.prediction());
      events.add(Predictions.event(event));
      feedback.addFeedback(
          Feedback.newBuilder().setPredictionId(event.getPredictionId()).setLabel(outcome.label()));
    }
    monitoring.bean(EventLog.class).append(Topics.PREDICTIONS, events);
    client().recordFeedback(feedback.build());
  }

  private static Release release(String model, int percent, long revision) {
    return Release.newBuilder()
        .setName("releases/" + model)
        .setRevision(revision)
        .setUpdateTime(TimeProtos.timestamp(Instant.parse("2026-07-01T00:00:00Z")))
        .setCanaryCriteria(CanaryCriteria.newBuilder().setMinRequests(200).setMinLabels(200))
        .addTargets(target(model, "1", Variant.VARIANT_PRIMARY, 100 - percent))
        .addTargets(target(model, "2", Variant.VARIANT_CANARY, percent))
        .build();
  }

  private static TrafficTarget target(String model, String version, Variant variant, int percent) {
    return TrafficTarget.newBuilder()
        .setVersion(Baselines.version("models/" + model + "/versions/" + version, 0.5))
        .setVariant(variant)
        .setPercent(percent)
        .build();
  }

  private static List<CanaryVerdict> verdictsOf(RecordingHandler handler, String model) {
    return payloads(handler, CanaryVerdict.parser()).stream()
        .filter(verdict -> verdict.getModel().equals(model))
        .toList();
  }

  private static List<TrafficAdvice> adviceOf(RecordingHandler handler, String model) {
    return payloads(handler, TrafficAdvice.parser()).stream()
        .filter(advice -> advice.getModel().equals(model))
        .toList();
  }

  private static <T> List<T> payloads(RecordingHandler handler, Parser<T> parser) {
    var messages = new ArrayList<T>();
    for (var stored : handler.stored()) {
      try {
        messages.add(parser.parseFrom(stored.event().payload()));
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }
    return messages;
  }
}
