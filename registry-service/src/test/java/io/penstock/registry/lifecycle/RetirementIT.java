package io.penstock.registry.lifecycle;

import static io.grpc.Status.Code.ABORTED;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.TextFormat;
import com.google.protobuf.Timestamp;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.proto.event.v1.AlertEvent;
import io.penstock.proto.event.v1.AlertState;
import io.penstock.proto.event.v1.AuditEvent;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.SetRegisteredModelAliasRequest;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.registry.v1.CancelRetirementRequest;
import io.penstock.proto.registry.v1.GetModelVersionRequest;
import io.penstock.proto.registry.v1.ListRetirementChangesRequest;
import io.penstock.proto.registry.v1.ListStageChangesRequest;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.RetireModelVersionRequest;
import io.penstock.proto.registry.v1.RetirementChange;
import io.penstock.proto.registry.v1.Stage;
import io.penstock.proto.registry.v1.StageChangeCause;
import io.penstock.proto.registry.v1.StageServiceGrpc;
import io.penstock.proto.registry.v1.StageServiceGrpc.StageServiceBlockingStub;
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
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RetirementIT {

  @RegisterExtension static final FakePeers peers = FakePeers.start();

  private static final Duration WITHIN = Duration.ofSeconds(20);

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      peers.registry(() -> directory).with("penstock.lifecycle.retirement-interval", "50ms");

  private RegistryClient ada;
  private StageServiceBlockingStub stages;

  @BeforeEach
  void connect() {
    peers.pass();
    ada = RegistryClient.of(registry, "ada");
    stages = StageServiceGrpc.newBlockingStub(registry.channel("ada", "ml-engineer"));
  }

  @Test
  void retire_atOnce_archives_andIsOnRecord() {
    var version = ada.newVersion(ada.newModel(), TestOnnx.logistic(0, 1));

    var retired = stages.retireModelVersion(retirement(version).setReason("biased").build());

    assertThat(retired.getStage()).isEqualTo(Stage.STAGE_ARCHIVED);
    assertThat(retired.getRetireReason()).isEqualTo("biased");
    var change = stages.listStageChanges(changesOf(version)).getChanges(0);
    assertThat(change.getCause()).isEqualTo(StageChangeCause.STAGE_CHANGE_CAUSE_RETIREMENT);
    assertThat(change.getComment()).isEqualTo("biased");
    assertThat(change.getChangedBy()).isEqualTo("ada");
  }

  @Test
  void retire_whileAReleaseServes_namesWhatDependsOnIt() {
    var version = ada.newProductionVersion(ada.newModel(), TestOnnx.logistic(0, 1));
    ada.deploy(version, Variant.VARIANT_PRIMARY, 100);

    assertInUse(version, RegistryClient.releaseOf(version) + " names it as its primary");
  }

  @Test
  void retire_ofAStepOfAnEnsemble_namesTheEnsemble() throws Exception {
    var step = ada.newVersion(ada.newModel(), TestOnnx.logistic(0, 1));
    var ensemble =
        ada.register(ada.newModel(), ModelVersion.newBuilder().setConfig(ensembleOf(step)).build());

    assertInUse(step, ensemble.getName() + " has it as a step");

    stages.retireModelVersion(retirement(ensemble).build());
    assertThat(stages.retireModelVersion(retirement(step).build()).getStage())
        .isEqualTo(Stage.STAGE_ARCHIVED);
  }

  private static ModelConfig ensembleOf(ModelVersion step) throws Exception {
    var name = step.getName().split("/");
    return TextFormat.parse(
        """
        platform: "ensemble"
        input { name: "features" data_type: TYPE_FP32 dims: [ -1, 1 ] }
        output { name: "probability" data_type: TYPE_FP32 dims: [ -1, 1 ] }
        ensemble_scheduling { step {
          model_name: "%s" model_version: %s
          input_map { key: "features" value: "features" }
          output_map { key: "probability" value: "probability" }
        } }
        """
            .formatted(name[1], name[3]),
        ModelConfig.class);
  }

  @Test
  void retire_ofWhatAnAliasNames_namesTheAlias() {
    var version = ada.newVersion(ada.newModel(), TestOnnx.logistic(0, 1));
    var model = version.getName().split("/")[1];
    var mlflow = ModelRegistryServiceGrpc.newBlockingStub(registry.channel("ada", "ml-engineer"));
    var _ =
        mlflow.setRegisteredModelAlias(
            SetRegisteredModelAliasRequest.newBuilder()
                .setName(model)
                .setAlias("champion")
                .setVersion("1")
                .build());

    assertInUse(version, "models/%s@champion is its alias".formatted(model));

    var retired = stages.retireModelVersion(retirement(version).setForce(true).build());
    assertThat(retired.getStage()).isEqualTo(Stage.STAGE_ARCHIVED);
  }

  private void assertInUse(ModelVersion version, String... dependents) {
    assertThatThrownBy(() -> stages.retireModelVersion(retirement(version).build()))
        .satisfies(
            Failures.with(
                FAILED_PRECONDITION,
                "VERSION_IN_USE",
                status ->
                    assertThat(status.violations())
                        .extracting(violation -> violation.field() + " " + violation.description())
                        .containsExactly(dependents)));
  }

  @Test
  void retire_byForce_alertsUntilNothingServesIt_andTakesNoNewDeployment() throws Exception {
    var old = served();
    retireAndResolve(
        old,
        () -> {
          assertThatThrownBy(() -> ada.deploy(old, Variant.VARIANT_PRIMARY, 100))
              .satisfies(Failures.with(FAILED_PRECONDITION, "VERSION_RETIRED"));
          replace(old);
          awaitArchived(old);
        });
  }

  @Test
  void retire_movedToLater_endsTheAlert() throws Exception {
    var version = served();
    var later = proto(Instant.now().plus(Duration.ofDays(1)));
    retireAndResolve(
        version,
        () -> stages.retireModelVersion(retirement(version).setForce(true).setTime(later).build()));
  }

  private ModelVersion served() {
    var version = ada.newProductionVersion(ada.newModel(), TestOnnx.logistic(0, 1));
    ada.deploy(version, Variant.VARIANT_PRIMARY, 100);
    return version;
  }

  private static String modelOf(ModelVersion version) {
    return version.getName().substring(0, version.getName().indexOf("/versions/"));
  }

  /// Retires by force what serves, so that there is an alert, which what is done then has to end.
  private void retireAndResolve(ModelVersion served, Resolution resolution) throws Exception {
    var alerts = new CopyOnWriteArrayList<AlertEvent>();
    try (var _ = alertsOf(modelOf(served), alerts)) {
      stages.retireModelVersion(retirement(served).setForce(true).build());
      awaitStates(alerts, AlertState.ALERT_STATE_FIRING);
      resolution.run();
      awaitStates(alerts, AlertState.ALERT_STATE_FIRING, AlertState.ALERT_STATE_RESOLVED);
    }
  }

  private interface Resolution {
    void run() throws Exception;
  }

  // Two deployments on: the first makes the old one the fallback.
  private void replace(ModelVersion old) {
    for (int i = 0; i < 2; i++) {
      var next = ada.newProductionVersion(modelOf(old), TestOnnx.logistic(i + 1, 2));
      ada.deploy(next, Variant.VARIANT_PRIMARY, 100);
    }
  }

  @Test
  void retire_later_waitsForItsDate() throws Exception {
    var version = ada.newVersion(ada.newModel(), TestOnnx.logistic(0, 1));
    var date = Instant.now().plus(Duration.ofSeconds(1));

    var retired = stages.retireModelVersion(retirement(version).setTime(proto(date)).build());

    assertThat(retired.getStage()).isEqualTo(Stage.STAGE_NONE);
    assertThat(retired.getRetireTime()).isEqualTo(proto(date));
    awaitArchived(version);
  }

  @Test
  void retire_byItsDate_isAudited() throws Exception {
    var version = ada.newVersion(ada.newModel(), TestOnnx.logistic(0, 1));
    var entries = new CopyOnWriteArrayList<AuditEvent>();
    try (var _ = auditOf(version, entries)) {
      var date = Instant.now().plus(Duration.ofMillis(500));
      stages.retireModelVersion(retirement(version).setTime(proto(date)).build());

      Eventually.become(
          WITHIN,
          () -> entries.stream().anyMatch(it -> it.getDetailsJson().contains("\"archived\"")));
    }
    assertThat(entries)
        .extracting(AuditEvent::getPrincipal)
        .containsExactly("ada", "ada", "registry");
  }

  @Test
  void retire_atATimeThatIsNone_isRefused() {
    var version = ada.newVersion(ada.newModel(), TestOnnx.logistic(0, 1));
    var never = Timestamp.newBuilder().setSeconds(Long.MAX_VALUE);
    assertThatThrownBy(() -> stages.retireModelVersion(retirement(version).setTime(never).build()))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  private static AutoCloseable auditOf(ModelVersion version, List<AuditEvent> entries) {
    return registry
        .bean(EventLog.class)
        .subscribe(
            Topics.AUDIT,
            RegistryClient.unique("audit"),
            batch -> {
              for (var stored : batch) {
                var entry = AuditEvent.parseFrom(stored.event().payload());
                if (entry.getResource().equals(version.getName())) {
                  entries.add(entry);
                }
              }
            });
  }

  @Test
  void cancel_beforeTheDate_keepsTheVersion_andIsOnRecord() {
    var version = ada.newVersion(ada.newModel(), TestOnnx.logistic(0, 1));
    var date = proto(Instant.now().plus(Duration.ofDays(1)));
    var retired =
        stages.retireModelVersion(retirement(version).setTime(date).setReason("old").build());

    assertThatThrownBy(() -> cancel(version, "late", version.getEtag()))
        .satisfies(Failures.with(ABORTED, "CONFLICT"));
    var kept = cancel(version, "still the best", retired.getEtag());

    assertThat(kept.hasRetireTime()).isFalse();
    assertThat(kept.getRetireReason()).isEmpty();
    assertThat(kept).isEqualTo(get(version));
    assertThat(history(version))
        .extracting(RetirementChange::getReason, RetirementChange::getChangedBy)
        .containsExactly(tuple("still the best", "ada"), tuple("old", "ada"));
    assertThat(history(version))
        .extracting(RetirementChange::getRetireTime)
        .containsExactly(Timestamp.getDefaultInstance(), date);
    assertThatThrownBy(() -> cancel(version, "", ""))
        .satisfies(Failures.with(FAILED_PRECONDITION, "NOT_RETIRED"));
    var _ = ada.promote(version.getName(), Stage.STAGE_PRODUCTION);
  }

  @Test
  void cancel_ofWhatServesBeyondItsDate_endsTheAlert_andLetsItBeDeployed() throws Exception {
    var version = served();
    retireAndResolve(
        version,
        () ->
            assertThat(cancel(version, "no other", "").getStage())
                .isEqualTo(Stage.STAGE_PRODUCTION));

    var next = ada.newProductionVersion(modelOf(version), TestOnnx.logistic(1, 2));
    ada.deploy(next, Variant.VARIANT_PRIMARY, 100);
    ada.deploy(version, Variant.VARIANT_PRIMARY, 100);
  }

  @Test
  void cancel_afterTheEnd_isRefused() {
    var version = ada.newVersion(ada.newModel(), TestOnnx.logistic(0, 1));
    var _ = stages.retireModelVersion(retirement(version).build());
    assertThatThrownBy(() -> cancel(version, "", ""))
        .satisfies(Failures.with(FAILED_PRECONDITION, "RETIREMENT_ENFORCED"));
    assertThat(history(version)).hasSize(1);
  }

  private ModelVersion cancel(ModelVersion version, String reason, String etag) {
    return stages.cancelRetirement(
        CancelRetirementRequest.newBuilder()
            .setName(version.getName())
            .setReason(reason)
            .setEtag(etag)
            .build());
  }

  private List<RetirementChange> history(ModelVersion version) {
    return stages
        .listRetirementChanges(
            ListRetirementChangesRequest.newBuilder().setParent(version.getName()).build())
        .getChangesList();
  }

  private void awaitArchived(ModelVersion version) throws Exception {
    Eventually.become(WITHIN, () -> get(version).getStage() == Stage.STAGE_ARCHIVED);
  }

  private static void awaitStates(List<AlertEvent> alerts, AlertState... states) throws Exception {
    Eventually.become(
        WITHIN, () -> alerts.stream().map(AlertEvent::getState).toList().equals(List.of(states)));
  }

  private static AutoCloseable alertsOf(String model, List<AlertEvent> alerts) {
    return registry
        .bean(EventLog.class)
        .subscribe(
            Topics.ALERTS,
            RegistryClient.unique("alerts"),
            batch -> {
              for (var stored : batch) {
                var alert = AlertEvent.parseFrom(stored.event().payload());
                if (model.endsWith(alert.getModel())) {
                  alerts.add(alert);
                }
              }
            });
  }

  private static Timestamp proto(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano() / 1000 * 1000)
        .build();
  }

  private static RetireModelVersionRequest.Builder retirement(ModelVersion version) {
    return RetireModelVersionRequest.newBuilder().setName(version.getName());
  }

  private static ListStageChangesRequest changesOf(ModelVersion version) {
    return ListStageChangesRequest.newBuilder()
        .setParent(version.getName().replaceFirst("/versions/.*", ""))
        .build();
  }

  private ModelVersion get(ModelVersion version) {
    return ada.models.getModelVersion(
        GetModelVersionRequest.newBuilder().setName(version.getName()).build());
  }
}
