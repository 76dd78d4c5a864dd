package io.penstock.registry.crash;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// People who write at the same time until the registry is gone, and remember what it said yes to.
final class Writers {

  static final String MODEL = "killed";
  static final int METRICS = 20;

  private static final AtomicInteger names = new AtomicInteger();

  private final Channel channel;
  private final Acknowledged acknowledged;
  private final long seed;

  Writers(Channel channel, Acknowledged acknowledged, long seed) {
    this.channel = channel;
    this.acknowledged = acknowledged;
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
                acknowledged.ended(gone.getStatus().getCode());
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
    var path = "0/crash/artifacts/%d.bin".formatted(names.incrementAndGet());
    var bytes = new byte[1 + random.nextInt(300_000)];
    random.nextBytes(bytes);
    var reply = new CompletableFuture<UploadFileResponse>();
    var requests = ArtifactFileServiceGrpc.newStub(channel).uploadFile(observer(reply));
    requests.onNext(UploadFileRequest.newBuilder().setPath(path).build());
    for (int at = 0; at < bytes.length; at += 64 << 10) {
      var chunk = ByteString.copyFrom(bytes, at, Math.min(64 << 10, bytes.length - at));
      requests.onNext(UploadFileRequest.newBuilder().setChunk(chunk).build());
    }
    requests.onCompleted();
    acknowledged.file(path, reply.get(30, TimeUnit.SECONDS).getSha256());
  }

  private static StreamObserver<UploadFileResponse> observer(
      CompletableFuture<UploadFileResponse> reply) {
    return new StreamObserver<>() {
      @Override
      public void onNext(UploadFileResponse value) {
        reply.complete(value);
      }

      @Override
      public void onError(Throwable cause) {
        reply.completeExceptionally(cause);
      }

      @Override
      public void onCompleted() {}
    };
  }
}
