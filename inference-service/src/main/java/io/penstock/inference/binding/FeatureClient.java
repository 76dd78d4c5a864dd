package io.penstock.inference.binding;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.DeadlinePassed;
import io.penstock.inference.InferenceFailure.FeaturesMismatch;
import io.penstock.inference.InferenceFailure.FeaturesUnavailable;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.grpc.Peers;
import io.penstock.kit.service.Ticker;
import io.penstock.proto.feature.v1.FeatureServingServiceGrpc;
import io.penstock.proto.feature.v1.FeatureServingServiceGrpc.FeatureServingServiceStub;
import io.penstock.proto.feature.v1.FeatureViewServiceGrpc;
import io.penstock.proto.feature.v1.GetFeatureViewRequest;
import io.penstock.proto.feature.v1.GetOnlineFeaturesResponse;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Asks feature-service, within the caller's time and behind a breaker. Never blocks: the answer
/// comes on a thread of the channel.
@Singleton
public final class FeatureClient {

  private final Peers peers;
  private final FeaturesConfig config;
  private final Ticker ticker;
  private final CircuitBreaker breaker;

  public FeatureClient(Peers peers, FeaturesConfig config, Ticker ticker) {
    this.peers = peers;
    this.config = config;
    this.ticker = ticker;
    this.breaker =
        CircuitBreaker.of(
            "feature-service",
            CircuitBreakerConfig.custom()
                .slidingWindowSize(50)
                .minimumNumberOfCalls(10)
                .waitDurationInOpenState(Duration.ofSeconds(2))
                .permittedNumberOfCallsInHalfOpenState(3)
                .automaticTransitionFromOpenToHalfOpenEnabled(false)
                .build());
  }

  /// Starts a lookup; the future fails with a [FailureException].
  ///
  /// @param deadline the caller's, on the ticker
  public CompletableFuture<List<FeatureValues>> lookUp(
      String version, FeatureQuestion question, long deadline) {
    long left = deadline - ticker.nanos();
    if (left <= 0) {
      return failed(new DeadlinePassed(version, "before the features"));
    }
    if (!peers.knows("feature")) {
      return failed(new FeaturesUnavailable("penstock.peers.feature is not configured"));
    }
    if (!breaker.tryAcquirePermission()) {
      return failed(new FeaturesUnavailable("feature-service failed too often and rests"));
    }
    return call(version, question, left);
  }

  /// The id of the entity that a view describes. Blocks.
  public String entityOf(String view) {
    var entity =
        FeatureViewServiceGrpc.newBlockingStub(peers.channel("feature"))
            .getFeatureView(GetFeatureViewRequest.newBuilder().setName(view).build())
            .getEntity();
    return entity.substring(entity.lastIndexOf('/') + 1);
  }

  private CompletableFuture<List<FeatureValues>> call(
      String version, FeatureQuestion question, long left) {
    var answer = new Answer(version, left < config.timeout().toNanos(), ticker.nanos());
    stub(Math.min(left, config.timeout().toNanos()))
        .getOnlineFeatures(FeatureProtos.toProto(question), answer);
    return answer.future;
  }

  private FeatureServingServiceStub stub(long timeout) {
    var channel = peers.channel("feature");
    if (breaker.getState() == CircuitBreaker.State.HALF_OPEN) {
      // A trial that waits out the channel's own backoff would tell nothing.
      channel.resetConnectBackoff();
    }
    return FeatureServingServiceGrpc.newStub(channel)
        .withDeadlineAfter(timeout, TimeUnit.NANOSECONDS);
  }

  private static CompletableFuture<List<FeatureValues>> failed(InferenceFailure failure) {
    return CompletableFuture.failedFuture(new FailureException(failure));
  }

  private final class Answer implements StreamObserver<GetOnlineFeaturesResponse> {

    private final CompletableFuture<List<FeatureValues>> future = new CompletableFuture<>();
    private final String version;
    private final boolean callersTime;
    private final long started;

    Answer(String version, boolean callersTime, long started) {
      this.version = version;
      this.callersTime = callersTime;
      this.started = started;
    }

    @Override
    public void onNext(GetOnlineFeaturesResponse response) {
      breaker.onSuccess(ticker.nanos() - started, TimeUnit.NANOSECONDS);
      future.complete(FeatureProtos.fromProto(response));
    }

    @Override
    public void onError(Throwable thrown) {
      var failure = toFailure(Status.fromThrowable(thrown));
      if (failure instanceof FeaturesUnavailable) {
        breaker.onError(ticker.nanos() - started, TimeUnit.NANOSECONDS, thrown);
      } else {
        breaker.releasePermission();
      }
      // Without the status as its cause: gRPC would answer with that instead.
      future.completeExceptionally(new FailureException(failure));
    }

    @Override
    public void onCompleted() {
      // A unary call that ends well has answered.
    }

    private InferenceFailure toFailure(Status status) {
      var words =
          status.getDescription() == null ? status.getCode().name() : status.getDescription();
      return switch (status.getCode()) {
        case NOT_FOUND, INVALID_ARGUMENT, FAILED_PRECONDITION ->
            new FeaturesMismatch(version, words);
        case CANCELLED -> new Cancelled(version);
        case DEADLINE_EXCEEDED ->
            callersTime
                ? new DeadlinePassed(version, "looking up features")
                : new FeaturesUnavailable(
                    "no answer within " + config.timeout().toMillis() + " ms");
        default -> new FeaturesUnavailable(status.getCode() + ": " + words);
      };
    }
  }
}
