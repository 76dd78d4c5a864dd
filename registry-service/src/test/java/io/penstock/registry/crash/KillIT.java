package io.penstock.registry.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.proto.mlflow.v1.ArtifactFileServiceGrpc;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.DownloadFileRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionRequest;
import io.penstock.proto.mlflow.v1.GetRunRequest;
import io.penstock.proto.mlflow.v1.ListFilesRequest;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.testkit.PostgresExtension;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Kills the registry's process at random moments of its work and looks at what it has when it is
/// back: all that it acknowledged, and no half of anything. `-Dkills=200` for the long run,
/// `-Dkills.seed=N` to repeat one.
class KillIT {

  private static final int KILLS = Integer.getInteger("kills", 4);
  private static final long SEED = Long.getLong("kills.seed", System.nanoTime());
  private static final int LONGEST_LIFE_MS = 1_500;

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  @TempDir private Path home;

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void kill_atAnyMoment_losesNothingThatWasAcknowledged() throws Exception {
    System.out.printf("%d kills, seed %d%n", KILLS, SEED);
    var random = new Random(SEED);
    try (var registry = RegistryProcess.start(postgres, home)) {
      var _ =
          ModelRegistryServiceGrpc.newBlockingStub(registry.channel())
              .createRegisteredModel(
                  CreateRegisteredModelRequest.newBuilder().setName(Writers.MODEL).build());
      var acknowledged = new Acknowledged();
      for (int kill = 1; kill <= KILLS; kill++) {
        var life = new Acknowledged();
        var folder = "0/crash/artifacts/" + kill;
        liveAndDie(registry, life, folder, random);
        registry.restart();
        assertThatAllIsThere(registry, life);
        assertThatFilesAreWhole(registry, folder);
        acknowledged.addAll(life);
        System.out.printf("kill %d held: %s%n", kill, acknowledged);
      }
      assertThatAllIsThere(registry, acknowledged);
      assertThat(acknowledged.strange()).isEmpty();
      assertThat(acknowledged.runs()).isNotEmpty();
      assertThat(acknowledged.versions()).isNotEmpty();
      assertThat(acknowledged.files()).isNotEmpty();
    }
  }

  private static void liveAndDie(
      RegistryProcess registry, Acknowledged life, String folder, Random random)
      throws InterruptedException {
    var writers = new Writers(registry.channel(), life, folder, random.nextLong()).start();
    life.awaitSome();
    Thread.sleep(random.nextInt(LONGEST_LIFE_MS));
    registry.kill();
    for (var writer : writers) {
      writer.join();
    }
  }

  private static void assertThatAllIsThere(RegistryProcess registry, Acknowledged acknowledged) {
    var tracking = TrackingServiceGrpc.newBlockingStub(registry.channel());
    acknowledged.runs().forEach((run, steps) -> assertThatRunHas(tracking, run, steps));
    var models = ModelRegistryServiceGrpc.newBlockingStub(registry.channel());
    acknowledged
        .versions()
        .forEach((number, source) -> assertThatVersionIs(models, number, source));
    var files = ArtifactFileServiceGrpc.newBlockingStub(registry.channel());
    acknowledged
        .files()
        .forEach(
            (path, sha256) ->
                assertThat(read(files, path)).as("seed %d, %s", SEED, path).isEqualTo(sha256));
  }

  // A batch that was not acknowledged may be there; what is there of it is the whole.
  private static void assertThatRunHas(
      TrackingServiceGrpc.TrackingServiceBlockingStub tracking, String run, int steps) {
    var data = tracking.getRun(GetRunRequest.newBuilder().setRunId(run).build()).getRun().getData();
    int there = data.getParamsCount();
    assertThat(there).as("seed %d, run %s", SEED, run).isBetween(steps, steps + 1);
    assertThat(data.getMetricsList())
        .as("seed %d, run %s", SEED, run)
        .hasSize(there == 0 ? 0 : Writers.METRICS)
        .allMatch(metric -> metric.getStep() == there);
  }

  private static void assertThatVersionIs(
      ModelRegistryServiceGrpc.ModelRegistryServiceBlockingStub models,
      long number,
      String source) {
    var request =
        GetModelVersionRequest.newBuilder()
            .setName(Writers.MODEL)
            .setVersion(String.valueOf(number))
            .build();
    assertThat(models.getModelVersion(request).getModelVersion().getSource()).isEqualTo(source);
  }

  // Also files that nobody was told of are whole.
  private static void assertThatFilesAreWhole(RegistryProcess registry, String folder) {
    var files = ArtifactFileServiceGrpc.newBlockingStub(registry.channel());
    var request = ListFilesRequest.newBuilder().setPath(folder).build();
    for (var file : files.listFiles(request).getFilesList()) {
      var name = file.getPath().substring(file.getPath().lastIndexOf('/') + 1);
      assertThat(read(files, folder + "/" + name)).as("seed %d, %s", SEED, name).isNotEmpty();
    }
  }

  // Reading fails where the bytes are not those of the digest in the first message.
  private static String read(
      ArtifactFileServiceGrpc.ArtifactFileServiceBlockingStub files, String path) {
    var sha256 = ArtifactDigest.sha256();
    files
        .downloadFile(DownloadFileRequest.newBuilder().setPath(path).build())
        .forEachRemaining(part -> sha256.update(part.getChunk().asReadOnlyByteBuffer()));
    return ArtifactDigest.of(sha256).hex();
  }
}
