package io.penstock.registry.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.proto.registry.v1.GetImportRequest;
import io.penstock.proto.registry.v1.ImportServiceGrpc;
import io.penstock.proto.registry.v1.ImportState;
import io.penstock.proto.registry.v1.StartImportRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Imports from a real MLflow server, where `MLFLOW_PYTHON` names a Python that has the package.
@EnabledIfEnvironmentVariable(named = "MLFLOW_PYTHON", matches = ".+")
class MlflowServerIT {

  private static final Duration SOON = Duration.ofMinutes(4);
  private static final String LOG =
      """
      import mlflow, sys
      from mlflow import MlflowClient
      mlflow.set_tracking_uri(sys.argv[1])
      mlflow.set_experiment("from mlflow")
      for i in range(3):
          with mlflow.start_run(run_name=f"run {i}") as run:
              mlflow.log_params({"depth": i, "kind": "tree"})
              for step in range(50):
                  mlflow.log_metric("loss", 1 / (step + 1), step=step)
              mlflow.log_metric("nothing", float("nan"))
              mlflow.log_text("hello", "notes/hello.txt")
              mlflow.log_text("flavors: {}", "model/MLmodel")
      client = MlflowClient()
      client.create_registered_model("late", tags={"team": "delay"}, description="late or not")
      for i in range(3):
          client.create_model_version("late", f"{run.info.artifact_uri}/model", run.info.run_id)
      client.delete_model_version("late", "2")
      client.set_registered_model_alias("late", "champion", "3")
      """;

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.resolve("ours").toString());

  @Test
  void import_ofARealServer() throws Exception {
    int port = freePort();
    var url = "http://127.0.0.1:" + port;
    var server =
        python(
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
            "sqlite:///" + directory.resolve("mlflow.db"),
            "--artifacts-destination",
            directory.resolve("theirs").toString());
    try {
      Eventually.become(SOON, () -> answers(port));
      var script = Files.writeString(directory.resolve("log.py"), LOG);
      assertThat(python("client.log", script.toString(), url).waitFor()).isZero();
      assertImported(url);
    } finally {
      server.descendants().forEach(ProcessHandle::destroyForcibly);
      server.destroyForcibly().waitFor();
    }
  }

  private static void assertImported(String url) throws InterruptedException {
    var imports = ImportServiceGrpc.newBlockingStub(registry.channel("root", "admin"));
    var started =
        imports.startImport(
            StartImportRequest.newBuilder().setBaseUrl(url).setAllowPrivate(true).build());
    var name = GetImportRequest.newBuilder().setName(started.getName()).build();
    Eventually.become(
        SOON, () -> imports.getImport(name).getState() != ImportState.IMPORT_STATE_RUNNING);
    var done = imports.getImport(name);
    assertThat(done.getState()).as("%s", done).isEqualTo(ImportState.IMPORT_STATE_DONE);
    assertThat(done.getProblemsList()).isEmpty();
    assertThat(done.getDone().getRuns()).isEqualTo(3);
    assertThat(done.getDone().getMetricPoints()).isEqualTo(3 * 51);
    assertThat(done.getDone().getModels()).isEqualTo(1);
    assertThat(done.getDone().getVersions()).isEqualTo(2);
    assertThat(done.getDone().getFiles()).isEqualTo(3 * 2 + 2);
  }

  private static Process python(String log, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(System.getenv("MLFLOW_PYTHON"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(log).toFile())
        .start();
  }

  private static boolean answers(int port) throws IOException {
    try (var socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
