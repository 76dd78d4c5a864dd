package io.penstock.mlflow.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.penstock.kit.grpc.Credentials;
import io.penstock.mlflow.ServiceProcess;
import io.penstock.proto.mlflow.v1.GetExperimentByNameRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryRequest;
import io.penstock.proto.mlflow.v1.GetRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc.ModelRegistryServiceBlockingStub;
import io.penstock.proto.mlflow.v1.ModelVersion;
import io.penstock.proto.mlflow.v1.Run;
import io.penstock.proto.mlflow.v1.SearchModelVersionsRequest;
import io.penstock.proto.mlflow.v1.SearchRunsRequest;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc.TrackingServiceBlockingStub;
import io.penstock.proto.registry.v1.GetImportRequest;
import io.penstock.proto.registry.v1.ImportServiceGrpc;
import io.penstock.proto.registry.v1.ImportServiceGrpc.ImportServiceBlockingStub;
import io.penstock.proto.registry.v1.ImportState;
import io.penstock.proto.registry.v1.MlflowImport;
import io.penstock.proto.registry.v1.StartImportRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.PostgresExtension;
import io.penstock.testkit.TestIdentity;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// An import from a real MLflow server by a registry that is killed in the middle of it. The first
/// of the interpreters that `MLFLOW_PYTHONS` names runs the server.
@EnabledIfEnvironmentVariable(named = "MLFLOW_PYTHONS", matches = ".+")
@Timeout(900)
class ImportFromMlflowIT {

  private static final Duration SOON = Duration.ofMinutes(5);
  private static final int RUNS = 40;
  private static final int POINTS = 20;
  private static final String LOG =
      """
      import sys, mlflow
      from mlflow import MlflowClient
      from mlflow.entities import Metric, Param
      mlflow.set_tracking_uri(sys.argv[1])
      client = MlflowClient()
      experiment = client.create_experiment("from mlflow")
      for i in range(int(sys.argv[2])):
          run = client.create_run(experiment, run_name=f"run {i}").info.run_id
          points = [Metric("loss", 1 / (i + step + 1), 1, step) for step in range(int(sys.argv[3]))]
          client.log_batch(run, metrics=points, params=[Param("depth", str(i))])
          client.log_text(run, f"notes of {i}", "model/notes.txt")
          client.set_terminated(run)
      client.create_registered_model("late", tags={"team": "delay"}, description="late or not")
      for i in range(3):
          client.create_model_version("late", f"runs:/{run}/model", run)
      client.delete_model_version("late", "2")
      client.set_registered_model_alias("late", "champion", "3")
      """;

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  @TempDir private static Path home;

  @Test
  void killedInTheMiddle_itIsGoneOnWith_andNothingIsThereTwice() throws Exception {
    int port = ServiceProcess.freePort();
    var url = "http://127.0.0.1:" + port;
    var server = server(port);
    try {
      Eventually.become(SOON, () -> answers(port));
      var script = Files.writeString(home.resolve("log.py"), LOG);
      var logging = python("client.log", script.toString(), url, "" + RUNS, "" + POINTS);
      assertThat(logging.waitFor()).isZero();
      importKilled(url);
    } finally {
      server.descendants().forEach(ProcessHandle::destroyForcibly);
      server.destroyForcibly().waitFor();
    }
  }

  private static void importKilled(String url) throws Exception {
    int port = ServiceProcess.freePort();
    var database = postgres.freshDatabase("registry");
    Map<String, Object> settings = ServiceProcess.registry(port, database, home.resolve("ours"));
    var channel = channel(port);
    try {
      var imports = ImportServiceGrpc.newBlockingStub(channel);
      var first = ServiceProcess.start("registry", home, settings);
      var name =
          imports
              .startImport(
                  StartImportRequest.newBuilder().setBaseUrl(url).setAllowPrivate(true).build())
              .getName();
      Eventually.become(SOON, () -> get(imports, name).getDone().getRuns() > 0);
      first.kill();
      try (var _ = ServiceProcess.start("registry", home, settings)) {
        System.out.println("KILLED WITH " + get(imports, name).getDone().getRuns() + " RUNS NOTED");
        Eventually.become(
            SOON, () -> get(imports, name).getState() != ImportState.IMPORT_STATE_RUNNING);
        assertWhole(get(imports, name), TrackingServiceGrpc.newBlockingStub(channel));
        assertModel(ModelRegistryServiceGrpc.newBlockingStub(channel));
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private static void assertWhole(MlflowImport done, TrackingServiceBlockingStub tracking) {
    assertThat(done.getState()).as("%s", done).isEqualTo(ImportState.IMPORT_STATE_DONE);
    assertThat(done.getProblemsList()).isEmpty();
    var experiment =
        tracking
            .getExperimentByName(
                GetExperimentByNameRequest.newBuilder().setExperimentName("from mlflow").build())
            .getExperiment();
    var runs =
        tracking
            .searchRuns(
                SearchRunsRequest.newBuilder()
                    .addExperimentIds(experiment.getExperimentId())
                    .setMaxResults(10 * RUNS)
                    .build())
            .getRunsList();
    assertThat(runs)
        .extracting(run -> run.getInfo().getRunName())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, RUNS).mapToObj(i -> "run " + i).toList());
    assertThat(runs).allSatisfy(run -> assertThat(steps(tracking, run)).isEqualTo(allSteps()));
  }

  private static void assertModel(ModelRegistryServiceBlockingStub models) {
    var model =
        models
            .getRegisteredModel(GetRegisteredModelRequest.newBuilder().setName("late").build())
            .getRegisteredModel();
    assertThat(model.getDescription()).isEqualTo("late or not");
    assertThat(model.getTagsList()).extracting(Tag::getValue).contains("delay");
    assertThat(model.getAliasesList())
        .extracting(alias -> alias.getAlias() + " " + alias.getVersion())
        .containsExactly("champion 3");
    assertThat(versions(models)).containsExactlyInAnyOrder("1", "3");
  }

  private static List<String> versions(ModelRegistryServiceBlockingStub models) {
    return models
        .searchModelVersions(
            SearchModelVersionsRequest.newBuilder().setFilter("name = 'late'").build())
        .getModelVersionsList()
        .stream()
        .map(ModelVersion::getVersion)
        .toList();
  }

  private static List<Long> allSteps() {
    return IntStream.range(0, POINTS).mapToObj(Long::valueOf).toList();
  }

  private static List<Long> steps(TrackingServiceBlockingStub tracking, Run run) {
    return tracking
        .getMetricHistory(
            GetMetricHistoryRequest.newBuilder()
                .setRunId(run.getInfo().getRunId())
                .setMetricKey("loss")
                .build())
        .getMetricsList()
        .stream()
        .map(point -> point.getStep())
        .sorted()
        .toList();
  }

  private static MlflowImport get(ImportServiceBlockingStub imports, String name) {
    return imports.getImport(GetImportRequest.newBuilder().setName(name).build());
  }

  private static ManagedChannel channel(int port) {
    var headers = new Metadata();
    headers.put(
        Credentials.AUTHORIZATION,
        Credentials.bearer(TestIdentity.shared().token("root", "admin")));
    return NettyChannelBuilder.forAddress("127.0.0.1", port)
        .usePlaintext()
        .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
        .build();
  }

  private static Process server(int port) throws IOException {
    return python(
        "server.log",
        "-m",
        "mlflow",
        "server",
        "--host",
        "127.0.0.1",
        "--port",
        Integer.toString(port),
        "--workers",
        "1",
        "--backend-store-uri",
        "sqlite:///" + home.resolve("mlflow.db"),
        "--artifacts-destination",
        home.resolve("theirs").toString());
  }

  private static Process python(String log, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(System.getenv("MLFLOW_PYTHONS").split(":")[0]);
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(home.resolve(log).toFile())
        .start();
  }

  private static boolean answers(int port) throws IOException {
    try (var socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    }
  }
}
