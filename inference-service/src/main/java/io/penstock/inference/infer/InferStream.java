package io.penstock.inference.infer;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.penstock.inference.prediction.Prediction;
import io.penstock.kit.failure.FailureEncoder;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.Stopping;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelStreamInferResponse;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One `ModelStreamInfer` call. Requests run as they come, side by side; their answers leave in the
/// order of the requests, as Triton's do, because a client that sends no ids has nothing else to
/// tell them apart by. The sender is asked for one more request with each answer that has left, so
/// that no more are ever held than the stream may have, however slowly the client reads.
final class InferStream implements StreamObserver<ModelInferRequest> {

  private final InferCalls calls;
  private final FailureEncoder failures;
  private final ServerCallStreamObserver<ModelStreamInferResponse> out;
  private final Runnable onEnd;
  private final Queue<Turn> turns = new ConcurrentLinkedQueue<>();
  // Those who found something to write while another was writing; see [#write].
  private final AtomicInteger asked = new AtomicInteger();
  private volatile boolean complete;
  private volatile boolean cancelled;
  private volatile boolean stopping;
  private boolean ended;

  InferStream(
      InferCalls calls,
      FailureEncoder failures,
      ServerCallStreamObserver<ModelStreamInferResponse> out,
      Runnable onEnd) {
    this.calls = calls;
    this.failures = failures;
    this.out = out;
    this.onEnd = onEnd;
    out.disableAutoRequest();
    out.setOnReadyHandler(this::write);
    out.setOnCancelHandler(this::cancel);
  }

  void begin(int inFlight) {
    out.request(inFlight);
  }

  @Override
  public void onNext(ModelInferRequest request) {
    var turn = new Turn(request.getModelName(), request.getId());
    turns.add(turn);
    if (stopping) {
      turn.failed(stopped());
    } else {
      turn.start(request);
    }
  }

  /// The client has sent all it wanted to; what is under way is still answered.
  @Override
  public void onCompleted() {
    complete = true;
    write();
  }

  @Override
  public void onError(Throwable cause) {
    cancel();
  }

  /// The service stops: nothing more is taken from the stream, and it ends with the last answer.
  void stop() {
    stopping = true;
    write();
  }

  private static FailureException stopped() {
    return new FailureException(new Stopping("inference-service"));
  }

  private void cancel() {
    cancelled = true;
    turns.forEach(Turn::cancel);
    turns.clear();
    onEnd.run();
  }

  // Whoever finds nobody writing writes for all who come meanwhile, so no runner waits for another.
  private void write() {
    if (asked.getAndIncrement() > 0) {
      return;
    }
    int seen = 1;
    do {
      try {
        writeReady();
      } catch (RuntimeException e) {
        fail(e);
      }
      seen = asked.addAndGet(-seen);
    } while (seen > 0);
  }

  private void writeReady() {
    for (var turn = turns.peek(); isWritable(turn); turn = turns.peek()) {
      var answer = Objects.requireNonNull(turn).answer;
      turns.poll();
      out.onNext(Objects.requireNonNull(answer));
      if (!stopping) {
        out.request(1);
      }
    }
    if (turns.isEmpty()) {
      end();
    }
  }

  private boolean isWritable(@Nullable Turn turn) {
    return turn != null && turn.answer != null && !ended && !cancelled && out.isReady();
  }

  // A bug: without an end the client would wait for ever.
  private void fail(RuntimeException e) {
    if (!ended) {
      ended = true;
      out.onError(e);
      cancel();
    }
  }

  private void end() {
    if (ended || cancelled || !(complete || stopping)) {
      return;
    }
    ended = true;
    onEnd.run();
    if (complete) {
      out.onCompleted();
    } else {
      out.onError(stopped());
    }
  }

  /// One request and, once it is there, its answer.
  private final class Turn implements InferReply {

    private final String model;
    private final String id;
    private volatile @Nullable Prediction prediction;
    private volatile @Nullable ModelStreamInferResponse answer;

    Turn(String model, String id) {
      this.model = model;
      this.id = id;
    }

    void start(ModelInferRequest request) {
      try {
        prediction = calls.start(request, this);
      } catch (RuntimeException e) {
        failed(e);
      }
      if (cancelled) {
        cancel();
      }
    }

    void cancel() {
      var running = prediction;
      if (running != null) {
        running.cancel();
      }
    }

    @Override
    public void answered(ModelInferResponse response) {
      finish(StreamAnswerProtos.answered(response));
    }

    @Override
    public void failed(RuntimeException failure) {
      finish(StreamAnswerProtos.failed(failures.statusOf(failure), model, id));
    }

    private void finish(ModelStreamInferResponse message) {
      answer = message;
      write();
    }
  }
}
