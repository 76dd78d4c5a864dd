package io.penstock.inference.infer;

import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelStreamInferResponse;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client of `ModelStreamInfer` that collects what comes back.
final class StreamClient
    implements ClientResponseObserver<ModelInferRequest, ModelStreamInferResponse>, AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(20);

  private final boolean reading;
  private final List<ModelStreamInferResponse> answers = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
  private @Nullable ClientCallStreamObserver<ModelInferRequest> requests;

  private StreamClient(boolean reading) {
    this.reading = reading;
  }

  static StreamClient open(ServiceExtension service) {
    return open(service.channel("app", "client"));
  }

  static StreamClient open(Channel channel) {
    return open(GRPCInferenceServiceGrpc.newStub(channel), true);
  }

  static StreamClient open(ServiceExtension service, Duration deadline) {
    return open(
        GRPCInferenceServiceGrpc.newStub(service.channel("app", "client"))
            .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS),
        true);
  }

  /// Takes no answer until it is told to.
  static StreamClient openUnread(ServiceExtension service) {
    return open(GRPCInferenceServiceGrpc.newStub(service.channel("app", "client")), false);
  }

  private static StreamClient open(
      GRPCInferenceServiceGrpc.GRPCInferenceServiceStub stub, boolean reading) {
    var client = new StreamClient(reading);
    var unused = stub.modelStreamInfer(client);
    return client;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ModelInferRequest> stream) {
    requests = stream;
    if (!reading) {
      stream.disableAutoRequestWithInitial(0);
    }
  }

  void send(ModelInferRequest.Builder request) {
    requests().onNext(request.build());
  }

  void complete() {
    requests().onCompleted();
  }

  boolean isReady() {
    return requests().isReady();
  }

  void readAll() {
    requests().request(Integer.MAX_VALUE);
  }

  List<ModelStreamInferResponse> answers() {
    return List.copyOf(answers);
  }

  List<ModelStreamInferResponse> awaitAnswers(int count) throws InterruptedException {
    Eventually.become(SOON, () -> answers.size() >= count);
    return answers();
  }

  /// What the stream failed with; null where it ended well.
  @Nullable Throwable awaitEnd() throws Exception {
    return end.get(SOON.toSeconds(), TimeUnit.SECONDS).orElse(null);
  }

  @Override
  public void onNext(ModelStreamInferResponse answer) {
    answers.add(answer);
  }

  @Override
  public void onError(Throwable failure) {
    end.complete(Optional.of(failure));
  }

  @Override
  public void onCompleted() {
    end.complete(Optional.empty());
  }

  @Override
  public void close() {
    requests().cancel("the test is over", null);
  }

  private ClientCallStreamObserver<ModelInferRequest> requests() {
    return Objects.requireNonNull(requests, "not begun");
  }
}
