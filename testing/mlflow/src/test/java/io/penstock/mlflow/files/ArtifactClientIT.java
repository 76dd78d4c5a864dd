package io.penstock.mlflow.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.gson.JsonParser;
import io.penstock.mlflow.MlflowServers;
import io.penstock.mlflow.artifacts.ArtifactException;
import io.penstock.mlflow.artifacts.ArtifactServer;
import io.penstock.mlflow.artifacts.MlflowArtifacts;
import io.penstock.mlflow.artifacts.RemoteFile;
import io.penstock.mlflow.artifacts.TransferOptions;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Penstock's Java client for artifacts against the gateway and the registry.
class ArtifactClientIT {

  private static final TransferOptions OPTIONS =
      new TransferOptions(4, 5_000_000, 2_000_000, Duration.ofSeconds(30), 2);

  @RegisterExtension static final MlflowServers servers = MlflowServers.running();

  @TempDir private Path directory;
  private MlflowArtifacts artifacts;
  private String run;

  @BeforeEach
  void connect() throws Exception {
    artifacts =
        MlflowArtifacts.of(
            ArtifactServer.of(servers.gateway()).withToken(servers.token()), OPTIONS);
    run = newRun();
  }

  @AfterEach
  void close() {
    artifacts.close();
  }

  @Test
  void directory_goesThereAndBack() throws IOException {
    var model = write(Map.of("MLmodel", 300, "data/model é+%20 1.bin", 3_000_000));
    artifacts.uploadDirectory(run, model, "model");

    assertThat(artifacts.list(run, ""))
        .extracting(RemoteFile::path, RemoteFile::isDirectory)
        .containsExactly(tuple("model", true));
    assertThat(artifacts.list(run, "model").getFirst().sha256()).isPresent();
    var copy = directory.resolve("copy");
    assertThat(artifacts.download(run, "model", copy)).hasSize(2);
    assertThat(copy.resolve("model/MLmodel")).hasSameBinaryContentAs(model.resolve("MLmodel"));
    assertThat(copy.resolve("model/data/model é+%20 1.bin"))
        .hasSameBinaryContentAs(model.resolve("data/model é+%20 1.bin"));
  }

  @Test
  void largeFile_goesInParts() throws IOException {
    var file = write(Map.of("big.bin", 9_000_000)).resolve("big.bin");
    artifacts.upload(run, file, "model");
    assertThat(artifacts.download(run, "model/big.bin", directory.resolve("copy")))
        .singleElement()
        .satisfies(copy -> assertThat(copy).hasSameBinaryContentAs(file));
  }

  @Test
  void whatIsNotThere_isSaidByTheServer() {
    assertThatThrownBy(() -> artifacts.list("0".repeat(32), ""))
        .isInstanceOfSatisfying(ArtifactException.class, e -> assertThat(e.status()).isEqualTo(404))
        .hasMessageContaining("not found");
    assertThatThrownBy(() -> artifacts.upload(run, write(Map.of("a", 1)).resolve("a"), "../../x"))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("400");
  }

  /// Whether MLflow's clients made the version of a run's files, or Penstock's of an artifact.
  @Test
  void versions_areFetchedByName() throws Exception {
    var model = "model-" + run.substring(0, 8);
    var onnx = TestOnnx.logistic(0, 1, 2);
    var logged = Files.createDirectories(directory.resolve("logged"));
    Files.write(logged.resolve("model.onnx"), onnx);
    artifacts.uploadDirectory(run, logged, "model");
    post("/api/2.0/mlflow/registered-models/create", json("{'name':'%s'}", model));
    post(
        "/api/2.0/mlflow/model-versions/create",
        json("{'name':'%s','source':'runs:/%s/model'}", model, run));
    var sha256 = artifacts.list(run, "model").getFirst().sha256().orElseThrow();
    post("/v1/models/%s/versions".formatted(model), json("{'artifact':'artifacts/%s'}", sha256));

    for (var version : List.of("1", "2")) {
      var copy = directory.resolve("copy" + version);
      var fetched = artifacts.downloadVersion(model, version, copy);
      assertThat(fetched).contains(copy.resolve("model.onnx"));
      assertThat(copy.resolve("model.onnx")).hasBinaryContent(onnx);
    }
    assertThat(directory.resolve("copy2/MLmodel")).content().contains("mlflow.onnx");
    assertThatThrownBy(() -> artifacts.downloadVersion(model, "3", directory.resolve("copy3")))
        .hasMessageContaining("not found");
  }

  /// A body that is no longer what was stored never arrives whole.
  @Test
  void alteredBytes_areNotServed() throws Exception {
    var file = write(Map.of("weights", 2_000_000)).resolve("weights");
    artifacts.upload(run, file, "");
    var sha256 = artifacts.list(run, "").getFirst().sha256().orElseThrow();
    flip(servers.artifact(sha256));
    assertThatThrownBy(() -> artifacts.download(run, "weights", directory.resolve("copy")))
        .isInstanceOf(ArtifactException.class);
    assertThat(directory.resolve("copy/weights")).doesNotExist();
  }

  private static void flip(Path stored) throws IOException {
    var bytes = Files.readAllBytes(stored);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(stored);
    Files.write(stored, bytes);
  }

  private Path write(Map<String, Integer> sizes) throws IOException {
    var folder = Files.createTempDirectory(directory, "out");
    var random = new Random(9);
    for (var size : sizes.entrySet()) {
      var bytes = new byte[size.getValue()];
      random.nextBytes(bytes);
      var file = folder.resolve(size.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    }
    return folder;
  }

  private static String newRun() throws IOException, InterruptedException {
    return JsonParser.parseString(
            post("/api/2.0/mlflow/runs/create", json("{'experiment_id':'0'}")))
        .getAsJsonObject()
        .getAsJsonObject("run")
        .getAsJsonObject("info")
        .get("run_id")
        .getAsString();
  }

  private static String json(String text, Object... values) {
    return text.formatted(values).replace('\'', '"');
  }

  private static String post(String path, String body) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(servers.gateway().resolve(path))
              .header("Authorization", servers.bearer())
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(body))
              .build();
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      assertThat(List.of(answer.statusCode(), answer.body())).first().isEqualTo(200);
      return answer.body();
    }
  }
}
