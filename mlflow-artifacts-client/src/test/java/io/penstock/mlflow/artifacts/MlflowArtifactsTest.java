package io.penstock.mlflow.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MlflowArtifactsTest {

  private static final TransferOptions SMALL =
      new TransferOptions(3, 10_000, 4_000, Duration.ofSeconds(10), 3);

  @TempDir private Path directory;
  private FakeMlflow penstock;
  private FakeMlflow stock;

  @BeforeEach
  void start() throws IOException {
    penstock = FakeMlflow.withDigests();
    stock = FakeMlflow.stock();
  }

  @AfterEach
  void stop() {
    penstock.close();
    stock.close();
  }

  private static MlflowArtifacts client(FakeMlflow server) {
    return MlflowArtifacts.of(ArtifactServer.of(server.uri()).withToken("t"), SMALL);
  }

  @Test
  void directory_goesThereAndBack() throws IOException {
    for (var server : new FakeMlflow[] {penstock, stock}) {
      var model = write("model", "MLmodel", 100, "data/weights é #.bin", 25_000, "empty", 0);
      try (var artifacts = client(server)) {
        artifacts.uploadDirectory("run1", model, "model");
        assertThat(artifacts.list("run1", "model"))
            .extracting(RemoteFile::path)
            .containsExactlyInAnyOrder("model/MLmodel", "model/data", "model/empty");
        var copy = directory.resolve("copy-" + server.hashCode());
        assertThat(artifacts.download("run1", "model", copy)).hasSize(3);
        for (var file : new String[] {"MLmodel", "data/weights é #.bin", "empty"}) {
          assertThat(copy.resolve("model").resolve(file))
              .hasSameBinaryContentAs(model.resolve(file));
        }
      }
      assertThat(server.most.get()).isLessThanOrEqualTo(3);
      assertThat(server.authorizations).containsOnly("Bearer t");
    }
  }

  @Test
  void upload_ofALargeFile_goesInParts_whereTheServerTakesThem() throws IOException {
    var file = write("d", "big.bin", 25_000).resolve("big.bin");
    for (var server : new FakeMlflow[] {penstock, stock}) {
      try (var artifacts = client(server)) {
        artifacts.upload("run1", file, "model");
      }
      assertThat(server.files.get(FakeMlflow.ROOT + "/model/big.bin"))
          .isEqualTo(Files.readAllBytes(file));
    }
    assertThat(penstock.count("PUT /api/2.0/mlflow-artifacts/mpu/parts/u1/")).isEqualTo(7);
    assertThat(stock.count("PUT /api/2.0/mlflow-artifacts/artifacts/")).isEqualTo(1);
  }

  @Test
  void download_ofOneFile_putsItBelowTheDirectory() throws IOException {
    penstock.files.put(FakeMlflow.ROOT + "/a/b.txt", new byte[] {1});
    try (var artifacts = client(penstock)) {
      assertThat(artifacts.download("run1", "a/b.txt", directory))
          .containsExactly(directory.resolve("a/b.txt"));
      assertThatThrownBy(() -> artifacts.download("run1", "a/c.txt", directory))
          .hasMessageContaining("a/c.txt");
    }
  }

  @Test
  void download_again_fetchesOnlyWhatIsMissingOrAltered() throws IOException {
    for (int i = 0; i < 5; i++) {
      penstock.files.put(FakeMlflow.ROOT + "/" + i, new byte[] {(byte) i});
    }
    try (var artifacts = client(penstock)) {
      artifacts.download("run1", "", directory);
      var kept = directory.resolve("0");
      Files.setLastModifiedTime(kept, FileTime.fromMillis(1_000));
      Files.delete(directory.resolve("1"));
      Files.write(directory.resolve("2"), new byte[] {9});
      penstock.requests.clear();
      artifacts.download("run1", "", directory);
      assertThat(penstock.count("GET /api/2.0/mlflow-artifacts/artifacts/")).isEqualTo(2);
      assertThat(Files.getLastModifiedTime(kept).toMillis()).isEqualTo(1_000);
      assertThat(directory.resolve("2")).hasBinaryContent(new byte[] {2});
    }
  }

  @Test
  void download_ofAlteredBytes_leavesNothing() throws IOException {
    penstock.files.put(FakeMlflow.ROOT + "/a", new byte[] {1, 2, 3});
    penstock.altering = true;
    try (var artifacts = client(penstock)) {
      assertThatThrownBy(() -> artifacts.download("run1", "a", directory))
          .isInstanceOf(ArtifactException.class)
          .hasMessageContaining("SHA-256");
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void transfer_thatStandsStill_isBegunAnew() throws IOException {
    var file = write("d", "a", 20_000).resolve("a");
    var impatient = new TransferOptions(1, 1_000_000, 1, Duration.ofMillis(300), 2);
    try (var artifacts = MlflowArtifacts.of(ArtifactServer.of(penstock.uri()), impatient)) {
      penstock.stalls.set(1);
      artifacts.upload("run1", file, "");
      penstock.stalls.set(1);
      artifacts.download("run1", "a", directory.resolve("copy"));
    }
    assertThat(directory.resolve("copy/a")).hasSameBinaryContentAs(file);
    assertThat(penstock.count("GET /api/2.0/mlflow-artifacts/artifacts/")).isEqualTo(2);
    assertThat(penstock.count("PUT /api/2.0/mlflow-artifacts/artifacts/")).isEqualTo(2);
  }

  @Test
  void download_thatStandsStillEachTime_fails_andLeavesNothing() {
    penstock.files.put(FakeMlflow.ROOT + "/a", new byte[] {1, 2, 3});
    penstock.stalls.set(100);
    var impatient = new TransferOptions(1, 1_000_000, 1, Duration.ofMillis(200), 1);
    try (var artifacts = MlflowArtifacts.of(ArtifactServer.of(penstock.uri()), impatient)) {
      assertThatThrownBy(() -> artifacts.download("run1", "a", directory))
          .isInstanceOf(ArtifactException.class);
    }
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "x/../../../evil", "a\\..\\b"})
  void download_ofANameThatLeadsOut_isRefused(String name) {
    assertThatThrownBy(() -> ArtifactPath.below(directory, name))
        .isInstanceOf(ArtifactException.class);
  }

  @Test
  void run_elsewhere_isRefusedWithItsLocation() {
    penstock.location = "s3://bucket/x";
    try (var artifacts = client(penstock)) {
      assertThatThrownBy(() -> artifacts.list("run1", "")).hasMessageContaining("s3://bucket/x");
    }
  }

  @Test
  void call_thatFailsForAWhile_isTriedAgain_noSoonerThanAsked() {
    penstock.failures.set(1);
    long begun = System.nanoTime();
    try (var artifacts = client(penstock)) {
      assertThat(artifacts.list("run1", "")).isEmpty();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void call_thatFailsForGood_saysWhatTheServerSaid() {
    penstock.failures.set(100);
    var once = new TransferOptions(1, 0, 1, Duration.ofSeconds(10), 0);
    try (var artifacts = MlflowArtifacts.of(ArtifactServer.of(penstock.uri()), once)) {
      assertThatThrownBy(() -> artifacts.list("run1", ""))
          .isInstanceOfSatisfying(
              ArtifactException.class, e -> assertThat(e.status()).isEqualTo(503))
          .hasMessageContaining("busy");
    }
  }

  private Path write(String folder, Object... namesAndSizes) throws IOException {
    var random = new Random(5);
    var target = directory.resolve(folder);
    for (int i = 0; i < namesAndSizes.length; i += 2) {
      var bytes = new byte[(int) namesAndSizes[i + 1]];
      random.nextBytes(bytes);
      var file = target.resolve((String) namesAndSizes[i]);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    }
    return target;
  }
}
