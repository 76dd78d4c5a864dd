package io.penstock.conformance.cases;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.penstock.conformance.suite.Mismatch;
import io.penstock.conformance.wire.Server;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelStreamInferResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One stream of requests and answers.
final class Conversation {

  private static final int PATIENCE_SECONDS = 20;

  private final BlockingQueue<ModelStreamInferResponse> answers = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private final StreamObserver<ModelInferRequest> requests;
  private final Server server;

  Conversation(Server server) {
    this.server = server;
    this.requests =
        GRPCInferenceServiceGrpc.newStub(server.channel())
            .withDeadlineAfter(2 * PATIENCE_SECONDS, TimeUnit.SECONDS)
            .modelStreamInfer(new Answers());
  }

  void say(ModelInferRequest request) {
    server.note("over a stream: " + request);
    requests.onNext(request);
  }

  ModelStreamInferResponse hear() throws InterruptedException {
    var answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (answer == null) {
      throw new Mismatch("an answer over the stream", end.getNow(Status.OK));
    }
    return answer;
  }

  ModelStreamInferResponse ask(ModelInferRequest request) throws InterruptedException {
    say(request);
    return hear();
  }

  /// Says that nothing more follows.
  void finish() {
    requests.onCompleted();
  }

  void cancel() {
    requests.onError(Status.CANCELLED.asRuntimeException());
  }

  Status end() throws InterruptedException {
    try {
      return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new Mismatch("the stream's end", "none");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Answers implements StreamObserver<ModelStreamInferResponse> {
    @Override
    public void onNext(ModelStreamInferResponse answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable problem) {
      end.complete(Status.fromThrowable(problem));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }
}
