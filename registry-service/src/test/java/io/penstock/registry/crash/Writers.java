package io.penstock.registry.crash;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.penstock.proto.mlflow.v1.ArtifactFileServiceGrpc;
import io.penstock.proto.mlflow.v1.CreateModelVersionRequest;
import io.penstock.proto.mlflow.v1.CreateRunRequest;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.Param;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.proto.mlflow.v1.UploadFileRequest;
import io.penstock.proto.mlflow.v1.UploadFileResponse;
import io.penstock.registry.Upload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// People who write at the same time until the registry is gone, and remember what it said yes to.
final class Writers {

  static final String MODEL = "killed";
  static final int METRICS = 20;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final AtomicInteger names = new AtomicInteger();

  private final Channel channel;
  private final Acknowledged acknowledged;
  private final String folder;
  private final long seed;

  /// @param folder where the files go
  Writers(Channel channel, Acknowledged acknowledged, String folder, long seed) {
    this.channel = channel;
    this.acknowledged = acknowledged;
    this.folder = folder;
    this.seed = seed;
  }

  /// Starts them; each ends with the first call that fails.
  List<Thread> start() {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 4; i++) {
      threads.add(thread(this::logRuns));
      threads.add(thread(this::createVersions));
    }
    threads.add(thread(this::upload));
    threads.add(thread(this::upload));
    return threads;
  }

  private interface Work {
    void once(Random random) throws Exception;
  }

  private Thread thread(Work work) {
    var random = new Random(seed + names.incrementAndGet());
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  work.once(random);
                }
              } catch (StatusRuntimeException gone) {
                acknowledged.ended(gone.getStatus());
              } catch (Exception gone) {
                // An upload that was cut off.
              }
            });
  }

  private void logRuns(Random random) {
    var tracking = TrackingServiceGrpc.newBlockingStub(channel);
    var run =
        tracking.createRun(CreateRunRequest.getDefaultInstance()).getRun().getInfo().getRunId();
    acknowledged.run(run, 0);
    for (int step = 1; step <= 5; step++) {
      var batch = LogBatchRequest.newBuilder().setRunId(run);
      for (int key = 0; key < METRICS; key++) {
        batch.addMetrics(
            Metric.newBuilder().setKey("m" + key).setValue(step).setTimestamp(step).setStep(step));
      }
      batch.addParams(Param.newBuilder().setKey("p" + step).setValue("" + step));
      var _ = tracking.logBatch(batch.build());
      acknowledged.run(run, step);
    }
  }

  private void createVersions(Random random) {
    var version =
        ModelRegistryServiceGrpc.newBlockingStub(channel)
            .createModelVersion(
                CreateModelVersionRequest.newBuilder()
                    .setName(MODEL)
                    .setSource("s3://bucket/" + random.nextInt())
                    .build())
            .getModelVersion();
    acknowledged.version(Long.parseLong(version.getVersion()), version.getSource());
  }

  private void upload(Random random) throws Exception {
    var path = folder + "/%d.bin".formatted(names.incrementAndGet());
    var bytes = new byte[1 + random.nextInt(300_000)];
    random.nextBytes(bytes);
    UploadFileResponse stored =
        Upload.send(
            ArtifactFileServiceGrpc.newStub(channel).withDeadlineAfter(PATIENCE)::uploadFile,
            UploadFileRequest.newBuilder().setPath(path).build(),
            chunk -> UploadFileRequest.newBuilder().setChunk(chunk).build(),
            bytes);
    acknowledged.file(path, stored.getSha256());
  }
}
