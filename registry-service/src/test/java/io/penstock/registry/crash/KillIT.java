package io.penstock.registry.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.penstock.proto.mlflow.v1.ArtifactFileServiceGrpc;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.DownloadFileRequest;
import io.penstock.proto.mlflow.v1.FileInfo;
import io.penstock.proto.mlflow.v1.GetModelVersionRequest;
import io.penstock.proto.mlflow.v1.GetRunRequest;
import io.penstock.proto.mlflow.v1.ListFilesRequest;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.testkit.PostgresExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Kills the registry's process at random moments under load and looks at what it has when it is
/// back: all that it acknowledged, and no half of anything. `-Dkills=200` for the long run,
/// `-Dkills.seed=N` to repeat one.
class KillIT {

  private static final int KILLS = Integer.getInteger("kills", 4);
  private static final long SEED = Long.getLong("kills.seed", System.nanoTime());
  private static final int LONGEST_LIFE_MS = 1_500;

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  @TempDir private Path home;

  private final Acknowledged acknowledged = new Acknowledged();

  @Test
  void kill_atAnyMoment_losesNothingThatWasAcknowledged() throws Exception {
    System.out.printf("%d kills, seed %d%n", KILLS, SEED);
    var random = new Random(SEED);
    try (var registry = RegistryProcess.start(postgres, home)) {
      var _ =
          ModelRegistryServiceGrpc.newBlockingStub(registry.channel())
              .createRegisteredModel(
                  CreateRegisteredModelRequest.newBuilder().setName(Writers.MODEL).build());
      for (int kill = 0; kill < KILLS; kill++) {
        var writers = new Writers(registry.channel(), acknowledged, random.nextLong()).start();
        Thread.sleep(random.nextInt(LONGEST_LIFE_MS));
        registry.kill();
        for (var writer : writers) {
          writer.join();
        }
        registry.restart();
        System.out.printf(
            "kill %d: %d runs, %d versions, %d files acknowledged%n",
            kill + 1,
            acknowledged.runs().size(),
            acknowledged.versions().size(),
            acknowledged.files().size());
      }
      assertThatAllIsThere(registry);
    }
    assertThat(acknowledged.ends()).containsOnly(Code.UNAVAILABLE);
    assertThat(acknowledged.runs()).isNotEmpty();
    assertThat(acknowledged.versions()).isNotEmpty();
    assertThat(acknowledged.files()).isNotEmpty();
  }

  private void assertThatAllIsThere(RegistryProcess registry) {
    var tracking = TrackingServiceGrpc.newBlockingStub(registry.channel());
    acknowledged.runs().forEach((run, steps) -> assertThatRunHas(tracking, run, steps));
    var models = ModelRegistryServiceGrpc.newBlockingStub(registry.channel());
    acknowledged
        .versions()
        .forEach((number, source) -> assertThatVersionIs(models, number, source));
    assertThatFilesAreWhole(ArtifactFileServiceGrpc.newBlockingStub(registry.channel()));
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

  private void assertThatFilesAreWhole(
      ArtifactFileServiceGrpc.ArtifactFileServiceBlockingStub files) {
    var listed =
        files
            .listFiles(ListFilesRequest.newBuilder().setPath("0/crash/artifacts").build())
            .getFilesList()
            .stream()
            .map(FileInfo::getPath)
            .map(name -> "0/crash/artifacts/" + name.substring(name.lastIndexOf('/') + 1))
            .toList();
    assertThat(listed).as("seed %d", SEED).containsAll(acknowledged.files().keySet());
    var broken = new ArrayList<String>();
    for (var path : listed) {
      var sha256 = read(files, path);
      if (!sha256.equals(acknowledged.files().getOrDefault(path, sha256))) {
        broken.add(path);
      }
    }
    assertThat(broken).as("seed %d", SEED).isEmpty();
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
