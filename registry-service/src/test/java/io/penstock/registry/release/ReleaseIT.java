package io.penstock.registry.release;

import static io.grpc.Status.Code.ABORTED;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.penstock.proto.event.v1.Variant.VARIANT_CANARY;
import static io.penstock.proto.event.v1.Variant.VARIANT_PRIMARY;
import static io.penstock.proto.event.v1.Variant.VARIANT_SHADOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.kit.failure.FieldViolation;
import io.penstock.proto.event.v1.AuditEvent;
import io.penstock.proto.event.v1.CanaryVerdict;
import io.penstock.proto.event.v1.CriterionResult;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.event.v1.VerdictOutcome;
import io.penstock.proto.registry.v1.ArchiveModelVersionRequest;
import io.penstock.proto.registry.v1.CanaryCriteria;
import io.penstock.proto.registry.v1.DeployVersionRequest;
import io.penstock.proto.registry.v1.GetReleaseRequest;
import io.penstock.proto.registry.v1.ListReleaseRevisionsRequest;
import io.penstock.proto.registry.v1.ListReleasesRequest;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.PromoteCanaryRequest;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.ResumeReleaseRequest;
import io.penstock.proto.registry.v1.RollBackReleaseRequest;
import io.penstock.proto.registry.v1.StopReleaseRequest;
import io.penstock.registry.FakePeers;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.FakeClock;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ReleaseIT {

  @RegisterExtension static final FakePeers peers = FakePeers.start();
  // At the present: tokens are checked by it too.
  private static final FakeClock clock = FakeClock.at(Instant.now());

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      peers
          .registry(() -> directory)
          .withBean(clock)
          .with("penstock.releases.timeout-interval", "50ms");

  private RegistryClient ada;
  private String model;
  private ModelVersion one;
  private ModelVersion two;

  @BeforeEach
  void connect() {
    ada = RegistryClient.of(registry, "ada");
    model = ada.newModel();
    one = ada.newProductionVersion(model, TestOnnx.logistic(0, 1));
    two = ada.newProductionVersion(model, TestOnnx.logistic(1, 1));
  }

  @Test
  void deploy_promote_rollBack_leaveTheirHistory() {
    var primary = ada.deploy(one, VARIANT_PRIMARY, 0);
    assertThat(split(primary)).containsExactly("VARIANT_PRIMARY 1 100");
    assertThat(primary.getUpdatedBy()).isEqualTo("ada");
    var canary = ada.deploy(two, VARIANT_CANARY, 20);
    assertThat(split(canary)).containsExactly("VARIANT_PRIMARY 1 80", "VARIANT_CANARY 2 20");
    var promoted = promote(canary);
    assertThat(split(promoted)).containsExactly("VARIANT_PRIMARY 2 100", "VARIANT_FALLBACK 1 0");
    assertThat(promoted.getReason()).isEqualTo("canary promoted: looks good");
    var back = rollBack(promoted);
    assertThat(split(back)).containsExactly("VARIANT_PRIMARY 1 100");

    assertThat(get(back)).isEqualTo(back);
    assertThat(revisions(back)).containsExactly(back, promoted, canary, primary);
    assertThat(
            ada.releases.listReleases(ListReleasesRequest.getDefaultInstance()).getReleasesList())
        .contains(back);
  }

  @Test
  void deploy_carriesTheWholeVersion() {
    var target = ada.deploy(one, VARIANT_PRIMARY, 0).getTargets(0).getVersion();
    assertThat(target.getArtifact()).isEqualTo(one.getArtifact());
    assertThat(target.getSignature()).isEqualTo(one.getSignature());
  }

  @Test
  void deploy_ofACanary_fillsTheDefaultsIn() {
    ada.deploy(one, VARIANT_PRIMARY, 0);
    var criteria = ada.deploy(two, VARIANT_CANARY, 20).getCanaryCriteria();
    assertThat(criteria.getMinRequests()).isEqualTo(200);
    assertThat(criteria.getMaxLatencyRatio()).isEqualTo(3);
    assertThat(criteria.getAutomatic()).isFalse();
  }

  @Test
  void deploy_ofAVersionThatIsNotInProduction_isRefused() {
    var raw = ada.newVersion(model, TestOnnx.logistic(2, 1));
    assertThatThrownBy(() -> ada.deploy(raw, VARIANT_PRIMARY, 0))
        .satisfies(Failures.with(FAILED_PRECONDITION, "VERSION_NOT_IN_PRODUCTION"));
  }

  @Test
  void deploy_withBadFields_namesAllOfThem() {
    var request =
        RegistryClient.deployment(one, VARIANT_PRIMARY, 40)
            .setName("releases/another")
            .setCanaryCriteria(CanaryCriteria.newBuilder().setMinRequests(-1))
            .build();
    assertThatThrownBy(() -> ada.releases.deployVersion(request))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status ->
                    assertThat(status.violations())
                        .extracting(FieldViolation::field)
                        .containsExactly(
                            "version",
                            "percent",
                            "canary_criteria",
                            "canary_criteria.min_requests")));
    assertThatThrownBy(() -> ada.deploy(one, Variant.VARIANT_FALLBACK, 0))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThatThrownBy(() -> ada.deploy(one, VARIANT_CANARY, 100))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThatThrownBy(() -> ada.deploy(one, VARIANT_SHADOW, 0))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void stop_isKeptAndTold() {
    var primary = ada.deploy(one, VARIANT_PRIMARY, 0);
    var stop =
        StopReleaseRequest.newBuilder()
            .setName(primary.getName())
            .setReason("wrong prices")
            .setExpectedRevision(primary.getRevision())
            .build();
    var stopped = ada.releases.stopRelease(stop);
    assertThat(stopped.getStopped()).isTrue();
    assertThat(stopped.getReason()).isEqualTo("stopped: wrong prices");
    assertThat(get(primary)).isEqualTo(stopped);
    assertThatThrownBy(() -> ada.releases.stopRelease(stop))
        .satisfies(Failures.with(ABORTED, "REVISION_MISMATCH"));
    var resumed =
        ada.releases.resumeRelease(
            ResumeReleaseRequest.newBuilder().setName(primary.getName()).build());
    assertThat(resumed.getStopped()).isFalse();
    assertThat(split(resumed)).isEqualTo(split(primary));
  }

  @Test
  void rollBack_ofWhatIsNotReleased_saysSo() {
    var nowhere = Release.newBuilder().setName("releases/nowhere").build();
    assertThatThrownBy(() -> rollBack(nowhere))
        .satisfies(Failures.with(NOT_FOUND, "RELEASE_NOT_FOUND"));
    assertThatThrownBy(() -> get(nowhere)).satisfies(Failures.with(NOT_FOUND, "RELEASE_NOT_FOUND"));
    var primary = ada.deploy(one, VARIANT_PRIMARY, 0);
    assertThatThrownBy(() -> rollBack(primary))
        .satisfies(Failures.with(FAILED_PRECONDITION, "NO_FALLBACK"));
    assertThatThrownBy(() -> promote(primary))
        .satisfies(Failures.with(FAILED_PRECONDITION, "NO_CANARY"));
  }

  @Test
  void deploy_byManyWhoExpectTheSameRevision_succeedsOnce() throws Exception {
    long revision = ada.deploy(one, VARIANT_PRIMARY, 0).getRevision();
    var requests = new ArrayList<Callable<Release>>();
    for (int percent = 1; percent <= 12; percent++) {
      var request =
          RegistryClient.deployment(two, VARIANT_CANARY, percent)
              .setExpectedRevision(revision)
              .build();
      requests.add(() -> ada.releases.deployVersion(request));
    }
    int succeeded = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var reply : threads.invokeAll(requests)) {
        try {
          reply.get();
          succeeded++;
        } catch (ExecutionException e) {
          assertThat(e.getCause()).satisfies(Failures.with(ABORTED, "REVISION_MISMATCH"));
        }
      }
    }
    assertThat(succeeded).isEqualTo(1);
  }

  @Test
  void deploy_besideAnArchiving_neverServesWhatIsArchived() throws Exception {
    ada.deploy(one, VARIANT_PRIMARY, 0);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 10; round++) {
        var version = ada.newProductionVersion(model, TestOnnx.logistic(round, 1));
        var archiving = ArchiveModelVersionRequest.newBuilder().setName(version.getName()).build();
        var outcomes =
            threads.invokeAll(
                List.<Callable<Object>>of(
                    () -> ada.models.archiveModelVersion(archiving),
                    () -> ada.deploy(version, VARIANT_SHADOW, 10)));
        var succeeded = outcomes.stream().filter(it -> it.state() == Future.State.SUCCESS).count();
        assertThat(succeeded).as("round %d", round).isEqualTo(1);
      }
    }
  }

  @Test
  void verdict_onTheCurrentRevision_promotesOnce() throws Exception {
    ada.deploy(one, VARIANT_PRIMARY, 0);
    var canary = ada.releases.deployVersion(automatic(two));
    var audited = auditOf(canary.getName());
    var verdict = verdict(canary, VerdictOutcome.VERDICT_OUTCOME_PROMOTE);
    publish(verdict);
    publish(verdict);

    Eventually.become(
        Duration.ofSeconds(20), () -> get(canary).getRevision() > canary.getRevision());
    var release = get(canary);
    assertThat(split(release)).containsExactly("VARIANT_PRIMARY 2 100", "VARIANT_FALLBACK 1 0");
    assertThat(release.getUpdatedBy()).isEqualTo("monitoring-service");
    assertThat(release.getReason()).isEqualTo("canary promoted: auc canary 0.67, primary 0.61");
    Eventually.become(
        Duration.ofSeconds(20),
        () ->
            audited.stream()
                .anyMatch(
                    event ->
                        event.getMethod().equals("event/penstock.verdicts")
                            && event.getPrincipal().equals("monitoring-service")));
    settle();
    assertThat(get(canary)).isEqualTo(release);
  }

  @Test
  void verdict_toRollBack_takesTheCanaryOut() throws Exception {
    ada.deploy(one, VARIANT_PRIMARY, 0);
    var canary = ada.releases.deployVersion(automatic(two));
    publish(verdict(canary, VerdictOutcome.VERDICT_OUTCOME_ROLL_BACK));
    Eventually.become(
        Duration.ofSeconds(20), () -> split(get(canary)).equals(List.of("VARIANT_PRIMARY 1 100")));
  }

  @Test
  void verdict_thatDoesNotCount_changesNothing() throws Exception {
    ada.deploy(one, VARIANT_PRIMARY, 0);
    var manual = ada.deploy(two, VARIANT_CANARY, 20);
    publish(verdict(manual, VerdictOutcome.VERDICT_OUTCOME_PROMOTE));
    var current = ada.releases.deployVersion(automatic(two));
    publish(verdict(manual, VerdictOutcome.VERDICT_OUTCOME_PROMOTE));
    publish(
        verdict(current, VerdictOutcome.VERDICT_OUTCOME_PROMOTE).toBuilder()
            .setCanaryVersion(one.getName())
            .build());
    publish(verdict(current, VerdictOutcome.VERDICT_OUTCOME_UNSPECIFIED));
    publish(
        verdict(current, VerdictOutcome.VERDICT_OUTCOME_PROMOTE).toBuilder()
            .setModel("nul \0 inside")
            .build());
    publish(CanaryVerdict.getDefaultInstance());
    publish(
        verdict(current, VerdictOutcome.VERDICT_OUTCOME_PROMOTE).toBuilder()
            .setModel("nowhere")
            .build());
    settle();
    assertThat(get(current)).isEqualTo(current);
  }

  @Test
  void canary_undecidedForTooLong_isRolledBack() throws Exception {
    ada.deploy(one, VARIANT_PRIMARY, 0);
    var canary =
        ada.releases.deployVersion(
            RegistryClient.deployment(two, VARIANT_CANARY, 20)
                .setCanaryCriteria(
                    CanaryCriteria.newBuilder()
                        .setTimeout(com.google.protobuf.Duration.newBuilder().setSeconds(60)))
                .build());
    clock.advance(Duration.ofSeconds(59));
    Thread.sleep(200);
    assertThat(get(canary)).isEqualTo(canary);

    clock.advance(Duration.ofSeconds(2));
    Eventually.become(
        Duration.ofSeconds(20), () -> split(get(canary)).equals(List.of("VARIANT_PRIMARY 1 100")));
    assertThat(get(canary).getReason()).isEqualTo("canary rolled back: undecided after PT1M");
    assertThat(get(canary).getUpdatedBy()).isEqualTo("registry-service");
  }

  // Waits until everything published before has been handled: a last verdict that does count has.
  private void settle() throws InterruptedException {
    var other = ada.newModel();
    var first = ada.newProductionVersion(other, TestOnnx.logistic(0, 1));
    ada.deploy(first, VARIANT_PRIMARY, 0);
    var second = ada.newProductionVersion(other, TestOnnx.logistic(1, 1));
    var canary = ada.releases.deployVersion(automatic(second));
    publish(verdict(canary, VerdictOutcome.VERDICT_OUTCOME_ROLL_BACK));
    Eventually.become(
        Duration.ofSeconds(20), () -> get(canary).getRevision() > canary.getRevision());
  }

  private static DeployVersionRequest automatic(ModelVersion version) {
    return RegistryClient.deployment(version, VARIANT_CANARY, 20)
        .setCanaryCriteria(CanaryCriteria.newBuilder().setAutomatic(true))
        .build();
  }

  private static CanaryVerdict verdict(Release judged, VerdictOutcome outcome) {
    var canary =
        judged.getTargetsList().stream()
            .filter(target -> target.getVariant() == VARIANT_CANARY)
            .findFirst()
            .orElseThrow();
    return CanaryVerdict.newBuilder()
        .setVerdictId(UUID.randomUUID().toString())
        .setModel(judged.getName().substring("releases/".length()))
        .setCanaryVersion(canary.getVersion().getName())
        .setReleaseRevision(judged.getRevision())
        .setOutcome(outcome)
        .addCriteria(
            CriterionResult.newBuilder()
                .setCriterion("auc")
                .setMet(true)
                .setDetail("canary 0.67, primary 0.61"))
        .build();
  }

  private static void publish(CanaryVerdict verdict) {
    // One key: the log keeps their order.
    registry
        .bean(EventLog.class)
        .append(
            Topics.VERDICTS,
            List.of(Event.of("penstock/monitoring", "verdicts", clock.instant(), verdict)));
  }

  private static List<AuditEvent> auditOf(String resource) {
    var events = new CopyOnWriteArrayList<AuditEvent>();
    var _ =
        registry
            .bean(EventLog.class)
            .subscribe(
                Topics.AUDIT,
                RegistryClient.unique("test"),
                batch -> {
                  for (var stored : batch) {
                    var event = AuditEvent.parseFrom(stored.event().payload());
                    if (event.getResource().equals(resource)) {
                      events.add(event);
                    }
                  }
                });
    return events;
  }

  private Release promote(Release release) {
    return ada.releases.promoteCanary(
        PromoteCanaryRequest.newBuilder()
            .setName(release.getName())
            .setComment("looks good")
            .setExpectedRevision(release.getRevision())
            .build());
  }

  private Release rollBack(Release release) {
    return ada.releases.rollBackRelease(
        RollBackReleaseRequest.newBuilder().setName(release.getName()).build());
  }

  private Release get(Release release) throws StatusRuntimeException {
    return ada.releases.getRelease(
        GetReleaseRequest.newBuilder().setName(release.getName()).build());
  }

  private List<Release> revisions(Release release) {
    return ada.releases
        .listReleaseRevisions(
            ListReleaseRevisionsRequest.newBuilder().setName(release.getName()).build())
        .getRevisionsList();
  }

  private static List<String> split(Release release) {
    return release.getTargetsList().stream()
        .map(
            target ->
                "%s %s %d"
                    .formatted(
                        target.getVariant(),
                        target.getVersion().getName().split("/")[3],
                        target.getPercent()))
        .toList();
  }
}
