package io.penstock.inference.evaluation;

import com.google.protobuf.Duration;
import io.grpc.StatusRuntimeException;
import io.penstock.kit.grpc.Peers;
import io.penstock.proto.registry.v1.BenchmarkServiceGrpc;
import io.penstock.proto.registry.v1.BenchmarkServiceGrpc.BenchmarkServiceBlockingStub;
import io.penstock.proto.registry.v1.ClaimBenchmarkRunRequest;
import io.penstock.proto.registry.v1.CompleteBenchmarkRunRequest;
import io.penstock.proto.registry.v1.GetModelVersionRequest;
import io.penstock.proto.registry.v1.ModelServiceGrpc;
import io.penstock.proto.registry.v1.ReleaseBenchmarkClaimRequest;
import io.penstock.proto.registry.v1.RenewBenchmarkClaimRequest;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;

/// The registry as an evaluator asks it.
@Singleton
final class BenchmarkClient {

  /// How long the registry may take to compute the metrics: they are drawn anew a thousand times.
  static final java.time.Duration TO_COMPLETE = java.time.Duration.ofMinutes(2);

  private final Peers peers;

  BenchmarkClient(Peers peers) {
    this.peers = peers;
  }

  /// A run that is ours from now on; empty where none is pending.
  Optional<Task> claim(java.time.Duration lease) {
    var request = ClaimBenchmarkRunRequest.newBuilder().setDuration(toProto(lease)).build();
    var response = ask(() -> benchmarks().claimBenchmarkRun(request));
    return response.hasClaim()
        ? Optional.of(TaskProtos.fromProto(response.getClaim()))
        : Optional.empty();
  }

  void renew(Task task, java.time.Duration lease) {
    var request =
        RenewBenchmarkClaimRequest.newBuilder()
            .setName(task.run())
            .setToken(task.token())
            .setDuration(toProto(lease))
            .build();
    var _ = ask(() -> benchmarks().renewBenchmarkClaim(request));
  }

  /// Gives a run back.
  ///
  /// @param reason what kept it from being evaluated; empty where it was not tried
  void release(Task task, String reason) {
    var request =
        ReleaseBenchmarkClaimRequest.newBuilder()
            .setName(task.run())
            .setToken(task.token())
            .setReason(Words.reason(reason))
            .build();
    var _ = ask(() -> benchmarks().releaseBenchmarkClaim(request));
  }

  /// Where the file of a version is: `artifacts/{sha256}`.
  String artifact(String version) {
    var request = GetModelVersionRequest.newBuilder().setName(version).build();
    var models = ModelServiceGrpc.newBlockingStub(peers.channel("registry"));
    return ask(() -> models.getModelVersion(request)).getArtifact();
  }

  void complete(Task task, double[] predictions, String evaluator) {
    var request = completion(task, evaluator);
    DoubleStream.of(predictions).forEach(request::addPredictions);
    complete(request);
  }

  void fail(Task task, String words, String evaluator) {
    complete(completion(task, evaluator).setError(Words.reason(words)));
  }

  private static CompleteBenchmarkRunRequest.Builder completion(Task task, String evaluator) {
    return CompleteBenchmarkRunRequest.newBuilder()
        .setName(task.run())
        .setToken(task.token())
        .setEvaluator(evaluator);
  }

  private void complete(CompleteBenchmarkRunRequest.Builder request) {
    var patient = benchmarks().withDeadlineAfter(TO_COMPLETE.toSeconds(), TimeUnit.SECONDS);
    var _ = ask(() -> patient.completeBenchmarkRun(request.build()));
  }

  private BenchmarkServiceBlockingStub benchmarks() {
    return BenchmarkServiceGrpc.newBlockingStub(peers.channel("registry"));
  }

  private static <T> T ask(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw RefusalProtos.read(e);
    }
  }

  private static Duration toProto(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }
}
