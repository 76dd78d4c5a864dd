package io.penstock.inference.evaluation;

import com.google.protobuf.Timestamp;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.proto.registry.v1.BenchmarkClaim;
import io.penstock.proto.registry.v1.BenchmarkRun;
import io.penstock.proto.registry.v1.BenchmarkServiceGrpc.BenchmarkServiceImplBase;
import io.penstock.proto.registry.v1.ClaimBenchmarkRunRequest;
import io.penstock.proto.registry.v1.ClaimBenchmarkRunResponse;
import io.penstock.proto.registry.v1.CompleteBenchmarkRunRequest;
import io.penstock.proto.registry.v1.GetModelVersionRequest;
import io.penstock.proto.registry.v1.ModelServiceGrpc.ModelServiceImplBase;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.ReleaseBenchmarkClaimRequest;
import io.penstock.proto.registry.v1.ReleaseBenchmarkClaimResponse;
import io.penstock.proto.registry.v1.RenewBenchmarkClaimRequest;
import io.penstock.proto.registry.v1.RenewBenchmarkClaimResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/// The part of the registry that evaluators see, with runs that a test puts there. That the
/// registry itself behaves so is tested there, and with the whole suite.
final class TestBenchmarks {

  private final Map<String, ModelVersion> versions = new HashMap<>();
  private final Queue<BenchmarkRun> pending = new ArrayDeque<>();
  private final Map<String, Long> claims = new HashMap<>();
  private final List<CompleteBenchmarkRunRequest> completed = new ArrayList<>();
  private final List<ReleaseBenchmarkClaimRequest> released = new ArrayList<>();
  private long tokens;
  private int renewals;

  /// A registry that answers for these, too.
  TestRegistry registry() {
    return new TestRegistry(services());
  }

  private BindableService[] services() {
    return new BindableService[] {new Benchmarks(), new Models()};
  }

  synchronized void add(ModelVersion version) {
    versions.put(version.getName(), version);
  }

  synchronized void ask(BenchmarkRun run) {
    pending.add(run);
  }

  /// Gives a run to somebody else.
  synchronized void takeAway(String run) {
    claims.put(run, ++tokens);
  }

  synchronized List<CompleteBenchmarkRunRequest> completed() {
    return List.copyOf(completed);
  }

  synchronized List<ReleaseBenchmarkClaimRequest> released() {
    return List.copyOf(released);
  }

  synchronized int renewals() {
    return renewals;
  }

  synchronized boolean isClaimed(String run) {
    return claims.containsKey(run);
  }

  private final class Benchmarks extends BenchmarkServiceImplBase {

    @Override
    public void claimBenchmarkRun(
        ClaimBenchmarkRunRequest request, StreamObserver<ClaimBenchmarkRunResponse> out) {
      synchronized (TestBenchmarks.this) {
        var response = ClaimBenchmarkRunResponse.newBuilder();
        var run = pending.poll();
        if (run != null) {
          claims.put(run.getName(), ++tokens);
          response.setClaim(BenchmarkClaim.newBuilder().setRun(run).setToken(tokens));
        }
        answer(out, response.build());
      }
    }

    @Override
    public void renewBenchmarkClaim(
        RenewBenchmarkClaimRequest request, StreamObserver<RenewBenchmarkClaimResponse> out) {
      synchronized (TestBenchmarks.this) {
        renewals++;
        if (holds(request.getName(), request.getToken(), out)) {
          answer(
              out,
              RenewBenchmarkClaimResponse.newBuilder()
                  .setExpireTime(Timestamp.newBuilder().setSeconds(1))
                  .build());
        }
      }
    }

    @Override
    public void releaseBenchmarkClaim(
        ReleaseBenchmarkClaimRequest request, StreamObserver<ReleaseBenchmarkClaimResponse> out) {
      synchronized (TestBenchmarks.this) {
        if (holds(request.getName(), request.getToken(), out)) {
          released.add(request);
          claims.remove(request.getName());
          answer(out, ReleaseBenchmarkClaimResponse.getDefaultInstance());
        }
      }
    }

    @Override
    public void completeBenchmarkRun(
        CompleteBenchmarkRunRequest request, StreamObserver<BenchmarkRun> out) {
      synchronized (TestBenchmarks.this) {
        if (holds(request.getName(), request.getToken(), out)) {
          if (request.getPredictionsList().stream().anyMatch(value -> value > 1)) {
            out.onError(
                FailureStatus.of(
                        Status.Code.INVALID_ARGUMENT,
                        "INVALID_ARGUMENT",
                        "predictions[0]: expected a probability")
                    .toException());
            return;
          }
          completed.add(request);
          answer(out, BenchmarkRun.getDefaultInstance());
        }
      }
    }

    private boolean holds(String run, long token, StreamObserver<?> out) {
      if (claims.getOrDefault(run, 0L) == token) {
        return true;
      }
      out.onError(
          FailureStatus.of(Status.Code.ABORTED, "BENCHMARK_CLAIM_LOST", "another's now")
              .toException());
      return false;
    }
  }

  private final class Models extends ModelServiceImplBase {

    @Override
    public void getModelVersion(GetModelVersionRequest request, StreamObserver<ModelVersion> out) {
      synchronized (TestBenchmarks.this) {
        var version = versions.get(request.getName());
        if (version == null) {
          out.onError(Status.NOT_FOUND.withDescription("no such version").asRuntimeException());
        } else {
          answer(out, version);
        }
      }
    }
  }

  private static <T> void answer(StreamObserver<T> out, T message) {
    out.onNext(message);
    out.onCompleted();
  }
}
