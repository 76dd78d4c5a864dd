package io.penstock.registry.promotion;

import static io.grpc.Status.Code.ABORTED;
import static io.grpc.Status.Code.DATA_LOSS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import io.grpc.Status;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.kit.failure.FieldViolation;
import io.penstock.proto.event.v1.AuditEvent;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.feature.v1.ValueType;
import io.penstock.proto.registry.v1.ArchiveModelVersionRequest;
import io.penstock.proto.registry.v1.Dataset;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.FeatureColumn;
import io.penstock.proto.registry.v1.FeatureReference;
import io.penstock.proto.registry.v1.GetModelVersionRequest;
import io.penstock.proto.registry.v1.ListPromotionsRequest;
import io.penstock.proto.registry.v1.LogRunDataRequest;
import io.penstock.proto.registry.v1.MetricPoint;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.PromoteModelVersionRequest;
import io.penstock.proto.registry.v1.Promotion;
import io.penstock.proto.registry.v1.PromotionState;
import io.penstock.proto.registry.v1.RegisterDatasetRequest;
import io.penstock.proto.registry.v1.RunInput;
import io.penstock.proto.registry.v1.Stage;
import io.penstock.registry.FakePeers;
import io.penstock.registry.RegistryClient;
import io.penstock.registry.StoredBytes;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PromotionIT {

  @RegisterExtension static final FakePeers peers = FakePeers.start();

  @TempDir private static Path directory;

  @RegisterExtension static final ServiceExtension registry = peers.registry(() -> directory);

  private RegistryClient ada;
  private RegistryClient grace;

  @BeforeEach
  void connect() {
    peers.pass();
    ada = RegistryClient.of(registry, "ada");
    grace = RegistryClient.of(registry, "grace");
  }

  @Test
  void promote_throughTheGate_movesTheStage() {
    var version = newVersion();
    var promotion = grace.promote(version.getName(), Stage.STAGE_STAGING);

    assertThat(promotion.getState()).isEqualTo(PromotionState.PROMOTION_STATE_PASSED);
    assertThat(promotion.getRequestedBy()).isEqualTo("grace");
    assertThat(promotion.getFromStage()).isEqualTo(Stage.STAGE_NONE);
    assertThat(peers.lastAsked().getPolicy()).isEqualTo("gatePolicies/staging");
    assertThat(peers.lastAsked().getSubject()).isEqualTo(version.getName());
    assertThat(peers.lastAsked().getAction()).isEqualTo("promote:staging");
    var promoted = get(version);
    assertThat(promoted.getStage()).isEqualTo(Stage.STAGE_STAGING);
    assertThat(promoted.getEtag()).isNotEqualTo(version.getEtag());
    assertThat(promotions(version)).containsExactly(promotion);
  }

  @Test
  void promote_refused_namesWhatIsUnmet_andIsOnRecordAllTheSame() throws Exception {
    var version = newVersion();
    peers.refuse("approved_by_another");
    var audited = auditOf(version.getName());

    assertThatThrownBy(() -> ada.promote(version.getName(), Stage.STAGE_PRODUCTION))
        .satisfies(
            Failures.with(
                FAILED_PRECONDITION,
                "GATE_REFUSED",
                status -> {
                  assertThat(status.violations())
                      .containsExactly(
                          new FieldViolation(
                              "approved_by_another", "what must hold (and why it does not)"));
                  assertThat(status.metadata().get("promotion")).contains("/promotions/");
                }));

    assertThat(get(version)).isEqualTo(version);
    assertThat(promotions(version))
        .singleElement()
        .satisfies(
            promotion -> {
              assertThat(promotion.getState()).isEqualTo(PromotionState.PROMOTION_STATE_REFUSED);
              assertThat(promotion.getUnmet(0).getId()).isEqualTo("approved_by_another");
            });
    Eventually.become(
        Duration.ofSeconds(10),
        () -> audited.stream().anyMatch(event -> event.getDetailsJson().contains("REFUSED")));
  }

  @Test
  void promote_tellsTheGateWhatItKnows() {
    var run = ada.newRun();
    var dataset =
        ada.datasets.registerDataset(
            RegisterDatasetRequest.newBuilder()
                .setDataset(Dataset.newBuilder().setDatasetId("flights").setSha256("f".repeat(64)))
                .build());
    ada.experiments.logRunData(
        LogRunDataRequest.newBuilder()
            .setName(run.getName())
            .putParams("trees", "120")
            .addMetrics(MetricPoint.newBuilder().setKey("auc").setValue(0.67))
            .addMetrics(MetricPoint.newBuilder().setKey("nan").setValue(Double.NaN))
            .addInputs(RunInput.newBuilder().setDataset(dataset.getName()).setContext("training"))
            .build());
    var model = ada.newModel();
    var baseline = ada.newProductionVersion(model, TestOnnx.logistic(0, 1));
    ada.deploy(baseline, Variant.VARIANT_PRIMARY, 0);
    var version =
        ada.register(
            model,
            ModelVersion.newBuilder()
                .setRun(run.getName())
                .setArtifact(ada.upload(TestOnnx.logistic(1, 1)).getName())
                .build());

    // What the run reads now is none of the version's.
    ada.experiments.logRunData(
        LogRunDataRequest.newBuilder()
            .setName(run.getName())
            .addInputs(RunInput.newBuilder().setDataset(dataset.getName()).setContext("late"))
            .build());
    grace.promote(version.getName(), Stage.STAGE_PRODUCTION);

    var facts = peers.lastAsked().getFacts();
    assertThat(facts.getFieldsOrThrow("dataset_inputs").getListValue().getValuesList()).hasSize(1);
    var told = object(facts, "version");
    assertThat(told.getFieldsOrThrow("name").getStringValue()).isEqualTo(version.getName());
    assertThat(told.getFieldsOrThrow("number").getNumberValue()).isEqualTo(2);
    assertThat(told.getFieldsOrThrow("author").getStringValue()).isEqualTo("ada");
    assertThat(told.getFieldsOrThrow("stage").getStringValue()).isEqualTo("none");
    assertThat(told.getFieldsOrThrow("has_signature").getBoolValue()).isTrue();
    assertThat(object(told, "metrics").getFieldsMap()).containsOnlyKeys("auc");
    assertThat(object(told, "params").getFieldsOrThrow("trees").getStringValue()).isEqualTo("120");
    assertThat(object(facts, "baseline").getFieldsOrThrow("present").getBoolValue()).isTrue();
    assertThat(object(facts, "baseline").getFieldsOrThrow("version").getStringValue())
        .isEqualTo(baseline.getName());
    assertThat(object(facts, "artifact").getFieldsOrThrow("verified").getBoolValue()).isTrue();
    assertThat(object(facts, "features").getFieldsOrThrow("bound").getBoolValue()).isFalse();
    assertThat(facts.getFieldsOrThrow("requester").getStringValue()).isEqualTo("grace");
    assertThat(facts.getFieldsOrThrow("target_stage").getStringValue()).isEqualTo("production");
    assertThat(
            facts
                .getFieldsOrThrow("dataset_inputs")
                .getListValue()
                .getValues(0)
                .getStructValue()
                .getFieldsOrThrow("dataset")
                .getStringValue())
        .isEqualTo(dataset.getName());
  }

  @Test
  void promote_ofBytesThatWereAltered_isRefusedBeforeAnyGate() throws Exception {
    var version = ada.newVersion(ada.newModel(), TestOnnx.logistic(0.77f, 1));
    var audited = auditOf(version.getName());
    var file = StoredBytes.of(directory, version.getArtifact());
    StoredBytes.flipOneBit(file);

    assertThatThrownBy(() -> ada.promote(version.getName(), Stage.STAGE_STAGING))
        .satisfies(Failures.with(DATA_LOSS, "ARTIFACT_CORRUPT"));
    Files.delete(file);
    assertThatThrownBy(() -> ada.promote(version.getName(), Stage.STAGE_PRODUCTION))
        .satisfies(Failures.with(DATA_LOSS, "ARTIFACT_CORRUPT"));
    assertThat(get(version).getStage()).isEqualTo(Stage.STAGE_NONE);
    Eventually.become(
        Duration.ofSeconds(20),
        () ->
            audited.stream().filter(event -> event.getDetailsJson().contains("REFUSED")).count()
                == 2);
  }

  @Test
  void promote_looksTheBoundFeaturesUp() {
    peers.addView(
        "featureViews/origin_stats/versions/1",
        Map.of("late_rate_7d", ValueType.VALUE_TYPE_DOUBLE, "name", ValueType.VALUE_TYPE_STRING));
    var good = bound("featureViews/origin_stats/versions/1", "late_rate_7d");
    ada.promote(good.getName(), Stage.STAGE_STAGING);
    assertThat(problems()).isEmpty();

    ada.promote(
        bound("featureViews/origin_stats/versions/1", "name").getName(), Stage.STAGE_STAGING);
    assertThat(problems()).singleElement().asString().contains("is a string, expected a number");

    ada.promote(
        bound("featureViews/origin_stats/versions/1", "nope").getName(), Stage.STAGE_STAGING);
    assertThat(problems()).singleElement().asString().contains("has no feature 'nope'");

    ada.promote(
        bound("featureViews/origin_stats/versions/9", "name").getName(), Stage.STAGE_STAGING);
    assertThat(problems()).containsExactly("featureViews/origin_stats/versions/9 does not exist");
  }

  private static List<String> problems() {
    var features = object(peers.lastAsked().getFacts(), "features");
    var problems =
        features.getFieldsOrThrow("problems").getListValue().getValuesList().stream()
            .map(value -> value.getStringValue())
            .toList();
    assertThat(features.getFieldsOrThrow("bound").getBoolValue()).isTrue();
    assertThat(features.getFieldsOrThrow("signature_matches").getBoolValue())
        .isEqualTo(problems.isEmpty());
    return problems;
  }

  private ModelVersion bound(String view, String feature) {
    return ada.register(
        ada.newModel(),
        ModelVersion.newBuilder()
            .setArtifact(ada.upload(TestOnnx.logistic(0, 1)).getName())
            .setFeatureBinding(
                FeatureBinding.newBuilder()
                    .setInput("features")
                    .addColumns(
                        FeatureColumn.newBuilder()
                            .setName("column")
                            .setFeature(
                                FeatureReference.newBuilder()
                                    .setFeatureView(view)
                                    .setFeature(feature))))
            .build());
  }

  @Test
  void promote_whenGovernanceIsAway_changesNothing() {
    var version = newVersion();
    peers.fail(Status.UNAVAILABLE);
    assertThatThrownBy(() -> ada.promote(version.getName(), Stage.STAGE_STAGING))
        .satisfies(
            Failures.with(
                UNAVAILABLE,
                "DEPENDENCY_UNAVAILABLE",
                status ->
                    assertThat(status.metadata())
                        .containsEntry("dependency", "governance-service")));
    assertThat(get(version)).isEqualTo(version);
    assertThat(promotions(version)).isEmpty();
  }

  @Test
  void promote_withoutAPolicy_saysSo() {
    var version = newVersion();
    peers.fail(Status.NOT_FOUND);
    assertThatThrownBy(() -> ada.promote(version.getName(), Stage.STAGE_STAGING))
        .satisfies(Failures.with(FAILED_PRECONDITION, "GATE_UNUSABLE"));
  }

  @Test
  void promote_ofAVersionThatMovesMeanwhile_isThrownAway() {
    var version = newVersion();
    peers.beforeAnswer(
        () -> {
          peers.beforeAnswer(() -> {});
          archive(version);
        });
    assertThatThrownBy(() -> ada.promote(version.getName(), Stage.STAGE_STAGING))
        .satisfies(Failures.with(ABORTED, "CONFLICT"));
    assertThat(get(version).getStage()).isEqualTo(Stage.STAGE_ARCHIVED);
  }

  @Test
  void promote_withAStaleEtag_isRefused() {
    var version = newVersion();
    ada.promote(version.getName(), Stage.STAGE_STAGING);
    var stale =
        PromoteModelVersionRequest.newBuilder()
            .setName(version.getName())
            .setTargetStage(Stage.STAGE_PRODUCTION)
            .setEtag(version.getEtag())
            .build();
    assertThatThrownBy(() -> ada.models.promoteModelVersion(stale))
        .satisfies(Failures.with(ABORTED, "CONFLICT"));
  }

  @Test
  void promote_whereNoWayLeads_asksNobody() {
    var version = newVersion();
    ada.promote(version.getName(), Stage.STAGE_PRODUCTION);
    int asked = peers.timesAsked();
    assertThatThrownBy(() -> ada.promote(version.getName(), Stage.STAGE_STAGING))
        .satisfies(Failures.with(FAILED_PRECONDITION, "STAGE_CONFLICT"));
    assertThatThrownBy(() -> ada.promote(version.getName(), Stage.STAGE_ARCHIVED))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThatThrownBy(() -> ada.promote("models/x/versions/1", Stage.STAGE_STAGING))
        .satisfies(Failures.with(NOT_FOUND, "MODEL_VERSION_NOT_FOUND"));
    assertThatThrownBy(() -> ada.promote("models/x/versions/zero", Stage.STAGE_STAGING))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThat(peers.timesAsked()).isEqualTo(asked);
  }

  @Test
  void archive_ofAVersionThatIsServed_isRefused() {
    var model = ada.newModel();
    var first = ada.newProductionVersion(model, TestOnnx.logistic(0, 1));
    var second = ada.newProductionVersion(model, TestOnnx.logistic(1, 1));
    ada.deploy(first, Variant.VARIANT_PRIMARY, 0);
    ada.deploy(second, Variant.VARIANT_PRIMARY, 0);

    assertThatThrownBy(() -> archive(second))
        .satisfies(Failures.with(FAILED_PRECONDITION, "VERSION_SERVED"));
    assertThatThrownBy(() -> archive(first))
        .satisfies(Failures.with(FAILED_PRECONDITION, "VERSION_SERVED"));
    var idle = ada.newVersion(model, TestOnnx.logistic(2, 1));
    assertThat(archive(idle).getStage()).isEqualTo(Stage.STAGE_ARCHIVED);
    assertThatThrownBy(() -> archive(idle))
        .satisfies(Failures.with(FAILED_PRECONDITION, "STAGE_CONFLICT"));
  }

  private ModelVersion archive(ModelVersion version) {
    return ada.models.archiveModelVersion(
        ArchiveModelVersionRequest.newBuilder().setName(version.getName()).build());
  }

  private ModelVersion newVersion() {
    return ada.newVersion(ada.newModel(), TestOnnx.logistic(0, 1));
  }

  private ModelVersion get(ModelVersion version) {
    return ada.models.getModelVersion(
        GetModelVersionRequest.newBuilder().setName(version.getName()).build());
  }

  private List<Promotion> promotions(ModelVersion version) {
    var model = version.getName().substring(0, version.getName().indexOf("/versions"));
    return ada.models
        .listPromotions(ListPromotionsRequest.newBuilder().setParent(model).build())
        .getPromotionsList();
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

  private static Struct object(Struct facts, String name) {
    return facts.getFieldsOrThrow(name).getStructValue();
  }
}
