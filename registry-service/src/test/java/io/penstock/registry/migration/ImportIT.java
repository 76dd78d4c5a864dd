package io.penstock.registry.migration;

import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.PERMISSION_DENIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.proto.mlflow.v1.GetExperimentByNameRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionByAliasRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionRequest;
import io.penstock.proto.mlflow.v1.GetRunRequest;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc.ModelRegistryServiceBlockingStub;
import io.penstock.proto.mlflow.v1.ModelVersion;
import io.penstock.proto.mlflow.v1.Run;
import io.penstock.proto.mlflow.v1.RunStatus;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc.TrackingServiceBlockingStub;
import io.penstock.proto.registry.v1.CancelImportRequest;
import io.penstock.proto.registry.v1.GetImportRequest;
import io.penstock.proto.registry.v1.ImportServiceGrpc;
import io.penstock.proto.registry.v1.ImportServiceGrpc.ImportServiceBlockingStub;
import io.penstock.proto.registry.v1.ImportState;
import io.penstock.proto.registry.v1.MlflowImport;
import io.penstock.proto.registry.v1.StartImportRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Imports from a server that fails now and then. Each test has a server of its own, which is
/// another source, on the same registry.
class ImportIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString())
          .with("penstock.webhooks.key-file", () -> directory.resolve("webhooks.key"));

  private FakeMlflow source;
  private ImportServiceBlockingStub imports;
  private TrackingServiceBlockingStub tracking;
  private ModelRegistryServiceBlockingStub models;

  @BeforeEach
  void connect() {
    source = FakeMlflow.start();
    var admin = registry.channel("root", "admin");
    imports = ImportServiceGrpc.newBlockingStub(admin);
    tracking = TrackingServiceGrpc.newBlockingStub(admin);
    models = ModelRegistryServiceGrpc.newBlockingStub(admin);
  }

  @AfterEach
  void close() {
    source.close();
  }

  @Test
  void import_ofEverything_throughFailures() throws Exception {
    source.failEvery(5);
    var done = await(imports.startImport(request().build()), ImportState.IMPORT_STATE_DONE);
    assertThat(done.getDone().getRuns()).isEqualTo(2);
    assertThat(done.getDone().getMetricPoints()).isEqualTo(FakeMlflow.LOSS_POINTS + 1);
    assertThat(done.getDone().getFiles()).isEqualTo(7);
    assertThat(done.getProblemsList())
        .anySatisfy(it -> assertThat(it).startsWith("model 'no/name': "))
        .anySatisfy(it -> assertThat(it).startsWith("alias 'gone' of "));

    var run = run("one");
    assertThat(run.getInfo().getRunName()).isEqualTo("first");
    assertThat(run.getInfo().getStatus()).isEqualTo(RunStatus.FINISHED);
    assertThat(run.getInfo().getStartTime()).isEqualTo(1_700_000_000_000L);
    assertThat(run.getInfo().getEndTime()).isEqualTo(1_700_000_001_234L);
    assertThat(run.getInfo().getExperimentId()).isEqualTo(experiment("Flüge"));
    assertThat(run.getData().getParamsList()).hasSize(150);
    assertThat(run.getData().getTagsList()).contains(tag("note", "süß"));
    assertThat(run.getData().getMetricsList())
        .anySatisfy(auc -> assertThat(auc.getValue()).isNaN())
        .anySatisfy(loss -> assertThat(loss.getStep()).isEqualTo(FakeMlflow.LOSS_POINTS - 1));
    assertThat(run.getInputs().getDatasetInputs(0).getDataset().getDigest()).isEqualTo("abc");
    assertThat(history(run)).isEqualTo(FakeMlflow.LOSS_POINTS);
    assertThat(files(run)).containsExactly("notes.txt", "plots/a b.png", "plots/ü.png");
    assertThat(run("two").getInfo().getLifecycleStage()).isEqualTo("deleted");
    assertThat(run("two").getInfo().getStatus()).isEqualTo(RunStatus.FAILED);

    assertModels(run);
  }

  private void assertModels(Run run) {
    var third =
        models
            .getModelVersionByAlias(
                GetModelVersionByAliasRequest.newBuilder()
                    .setName(source.model())
                    .setAlias("champion")
                    .build())
            .getModelVersion();
    assertThat(third.getVersion()).isEqualTo("3");
    assertThat(third.getRunId()).isEqualTo(run.getInfo().getRunId());
    assertThat(third.getDescription()).isEqualTo("the third");
    assertThat(third.getCurrentStage()).isEqualTo("None");
    assertThat(third.getTagsList())
        .contains(tag("q", "good"), tag("mlflow.imported_stage", "Production"));
    assertThat(third.getSource()).endsWith("/3").startsWith("mlflow-artifacts:/imported/");
    assertThat(version("1").getSource()).isEqualTo("s3://bucket/delay");
    assertThat(below(version("4").getSource())).containsExactly("a b.png", "ü.png");
    assertThatThrownBy(() -> version("2"))
        .satisfies(Failures.with(NOT_FOUND, "RESOURCE_DOES_NOT_EXIST"));
  }

  @Test
  void import_thatFails_goesOnWhereItWas() throws Exception {
    source.refuse("/get-artifact?run_id=one&path=plots");
    var failed = await(imports.startImport(request().build()), ImportState.IMPORT_STATE_FAILED);
    assertThat(failed.getFailure()).contains("/get-artifact answered with 403");

    source.refuseNothing();
    var done = await(imports.startImport(request().build()), ImportState.IMPORT_STATE_DONE);
    assertThat(done.getDone().getRuns() + done.getSkipped()).isGreaterThanOrEqualTo(2);
    assertThat(runs("one")).hasSize(1);
    assertThat(runs("two")).hasSize(1);
    assertThat(history(run("one"))).isEqualTo(FakeMlflow.LOSS_POINTS);

    var again = await(imports.startImport(request().build()), ImportState.IMPORT_STATE_DONE);
    assertThat(again.getDone().getRuns()).isZero();
    assertThat(runs("one")).hasSize(1);
  }

  @Test
  void import_isCancelled() throws Exception {
    source.failEvery(1);
    var started = imports.startImport(request().build());
    assertThatThrownBy(() -> imports.startImport(request().build()))
        .satisfies(Failures.with(ALREADY_EXISTS, "IMPORT_EXISTS"));
    var cancelled =
        imports.cancelImport(CancelImportRequest.newBuilder().setName(started.getName()).build());
    assertThat(cancelled.getState()).isEqualTo(ImportState.IMPORT_STATE_CANCELLED);
    assertThat(
            query(
                "select (credentials is null)::text from mlflow_import where base_url = '%s'"
                    .formatted(source.url())))
        .containsExactly("true");
  }

  // What a replica meets that slept for longer than its lease.
  @Test
  void import_thatSomebodyElseHasTaken_isLeftToThem() throws Exception {
    source.failEvery(1);
    var started = imports.startImport(request().build());
    Eventually.become(SOON, () -> source.requests() > 0);
    var lease =
        "select lease::text from mlflow_import where base_url = '%s'".formatted(source.url());
    execute("update mlflow_import set lease = lease + interval '1 h' where base_url = ?");
    var theirs = query(lease);

    Thread.sleep(2_500);

    assertThat(query(lease)).isEqualTo(theirs);
    assertThat(get(started).getState()).isEqualTo(ImportState.IMPORT_STATE_RUNNING);
    int asked = source.requests();
    Thread.sleep(1_500);
    assertThat(source.requests()).as("no request after it was left").isEqualTo(asked);
  }

  private void execute(String sql) {
    registry.bean(Jdbi.class).useHandle(handle -> handle.execute(sql, source.url()));
  }

  @Test
  void import_fromWhereNobodyMayGo_isRefused() {
    assertThatThrownBy(() -> imports.startImport(request().setAllowPrivate(false).build()))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThatThrownBy(
            () -> imports.startImport(request().setBaseUrl("http://169.254.169.254").build()))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    assertThatThrownBy(() -> imports.startImport(request().setBaseUrl("file:///etc").build()))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    var ada = ImportServiceGrpc.newBlockingStub(registry.channel("ada", "ml-engineer"));
    assertThatThrownBy(() -> ada.startImport(request().build()))
        .satisfies(Failures.with(PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  private StartImportRequest.Builder request() {
    return StartImportRequest.newBuilder()
        .setBaseUrl(source.url())
        .setToken("let-me-in")
        .setAllowPrivate(true);
  }

  private MlflowImport await(MlflowImport started, ImportState state) throws InterruptedException {
    Eventually.become(SOON, () -> get(started).getState() != ImportState.IMPORT_STATE_RUNNING);
    var ended = get(started);
    assertThat(ended.getState()).as("%s", ended).isEqualTo(state);
    return ended;
  }

  private MlflowImport get(MlflowImport started) {
    return imports.getImport(GetImportRequest.newBuilder().setName(started.getName()).build());
  }

  private Run run(String sourceId) {
    var id = runs(sourceId).getFirst();
    return tracking.getRun(GetRunRequest.newBuilder().setRunId(id).build()).getRun();
  }

  private List<String> runs(String sourceId) {
    return query(
        """
        select run.run_id from run_tag join run on run.id = run_tag.run
        where run_tag.value = '%s#runs/%s'"""
            .formatted(source.url(), sourceId));
  }

  private static List<String> files(Run run) {
    return below(run.getInfo().getArtifactUri());
  }

  private static List<String> below(String uri) {
    var prefix = uri.substring("mlflow-artifacts:/".length());
    return query(
        """
        select substr(path, length('%1$s') + 2) from artifact_file where path like '%1$s/%%'
        order by path"""
            .formatted(prefix));
  }

  private static List<String> query(String sql) {
    return registry
        .bean(Jdbi.class)
        .withHandle(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }

  private int history(Run run) {
    return tracking
        .getMetricHistory(
            GetMetricHistoryRequest.newBuilder()
                .setRunId(run.getInfo().getRunId())
                .setMetricKey("loss")
                .build())
        .getMetricsCount();
  }

  private String experiment(String name) {
    return tracking
        .getExperimentByName(
            GetExperimentByNameRequest.newBuilder().setExperimentName(name).build())
        .getExperiment()
        .getExperimentId();
  }

  private ModelVersion version(String number) {
    return models
        .getModelVersion(
            GetModelVersionRequest.newBuilder().setName(source.model()).setVersion(number).build())
        .getModelVersion();
  }

  private static Tag tag(String key, String value) {
    return Tag.newBuilder().setKey(key).setValue(value).build();
  }
}
