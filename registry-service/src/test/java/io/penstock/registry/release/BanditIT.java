package io.penstock.registry.release;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.penstock.proto.event.v1.Variant.VARIANT_CANARY;
import static io.penstock.proto.event.v1.Variant.VARIANT_PRIMARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.util.Durations;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.kit.failure.FieldViolation;
import io.penstock.proto.event.v1.TrafficAdvice;
import io.penstock.proto.registry.v1.Bandit;
import io.penstock.proto.registry.v1.GetReleaseRequest;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.TrafficTarget;
import io.penstock.registry.FakePeers;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Releases whose split follows what the versions earn.
class BanditIT {

  @RegisterExtension static final FakePeers peers = FakePeers.start();

  @TempDir private static Path directory;

  @RegisterExtension static final ServiceExtension registry = peers.registry(() -> directory);

  private RegistryClient ada;

  @BeforeEach
  void connect() {
    ada = RegistryClient.of(registry, "ada");
  }

  @Test
  void deploy_ofABandit_fillsTheDefaultsIn() {
    var release = bandit(Bandit.newBuilder().setHalfLife(Durations.fromHours(24)));
    assertThat(release.getBandit())
        .isEqualTo(
            Bandit.newBuilder()
                .setPriorSuccesses(1)
                .setPriorFailures(1)
                .setMinShare(0.05)
                .setHalfLife(Durations.fromHours(24))
                .build());
    assertThat(get(release)).isEqualTo(release);
    assertThat(release.getReason()).endsWith("then what its rewards say");
  }

  @Test
  void advice_movesTheSplitOfItsRevisionOnce() throws Exception {
    var release = bandit(Bandit.newBuilder());
    var advice = advice(release).toBuilder().setCanaryPercent(64);
    advise(advice.clone().setCanaryPercent(0).build());
    advise(advice.build());
    advise(advice.clone().setAdviceId(unique()).setCanaryPercent(30).build());
    settle();

    var moved = get(release);
    assertThat(moved.getTargetsList())
        .extracting(TrafficTarget::getVariant, TrafficTarget::getPercent)
        .containsExactly(tuple(VARIANT_PRIMARY, 36), tuple(VARIANT_CANARY, 64));
    assertThat(moved.getUpdatedBy()).isEqualTo("monitoring-service");
    assertThat(moved.getReason()).isEqualTo("version 2 takes 64 %; rewards: canary 0.310 of 412");
  }

  /// A release of two versions of a new model: 80 % and 20 %, and a bandit from then on.
  private Release bandit(Bandit.Builder bandit) {
    var model = ada.newModel();
    ada.deploy(ada.newProductionVersion(model, TestOnnx.logistic(0, 1)), VARIANT_PRIMARY, 0);
    var canary = ada.newProductionVersion(model, TestOnnx.logistic(1, 1));
    return ada.releases.deployVersion(
        RegistryClient.deployment(canary, VARIANT_CANARY, 20).setBandit(bandit).build());
  }

  private static TrafficAdvice advice(Release release) {
    return TrafficAdvice.newBuilder()
        .setAdviceId(unique())
        .setModel(release.getName().substring("releases/".length()))
        .setReleaseRevision(release.getRevision())
        .setCanaryPercent(50)
        .setReason("rewards: canary 0.310 of 412")
        .build();
  }

  private static String unique() {
    return UUID.randomUUID().toString();
  }

  private static void advise(TrafficAdvice advice) {
    // One key: the log keeps their order.
    registry
        .bean(EventLog.class)
        .append(
            Topics.TRAFFIC,
            List.of(Event.of("penstock/monitoring", "traffic", Instant.now(), advice)));
  }

  // Waits until everything advised before has been handled: a last advice that does count has.
  private void settle() throws InterruptedException {
    var other = bandit(Bandit.newBuilder());
    advise(advice(other));
    Eventually.become(Duration.ofSeconds(20), () -> get(other).getRevision() > other.getRevision());
  }

  private Release get(Release release) {
    return ada.releases.getRelease(
        GetReleaseRequest.newBuilder().setName(release.getName()).build());
  }

  @Test
  void deploy_ofABanditThatMakesNoSense_namesTheFields() {
    var version = ada.newProductionVersion(ada.newModel(), TestOnnx.logistic(0, 1));
    var request =
        RegistryClient.deployment(version, VARIANT_PRIMARY, 0)
            .setBandit(Bandit.newBuilder().setMinShare(0.6).setPriorFailures(-1))
            .build();
    assertThatThrownBy(() -> ada.releases.deployVersion(request))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status ->
                    assertThat(status.violations())
                        .extracting(FieldViolation::field)
                        .containsExactly("bandit", "bandit.prior_failures", "bandit.min_share")));
  }
}
