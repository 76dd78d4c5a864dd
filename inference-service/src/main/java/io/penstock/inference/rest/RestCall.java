package io.penstock.inference.rest;

import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.channel.EventLoop;
import io.opentelemetry.api.trace.Span;
import io.penstock.kit.failure.FailureEncoder;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.kit.grpc.OtherTransport;
import io.penstock.oip.RequestTimeout;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A call that came over HTTP, as the interceptors and handlers of gRPC see it: one message in, one
/// out. The answer is written on the connection's own thread, because whoever ends a call has other
/// things to do.
final class RestCall<Q, R> extends ServerCall<Q, R> {

  /// What takes longer to read or to write than a thread takes to start. The connection's own
  /// thread has others to serve.
  private static final int LARGE = 128 * 1024;

  private final RestOperation operation;
  private final ServerMethodDefinition<Q, R> method;
  private final FailureEncoder failures;
  private final EventLoop loop;
  private final Consumer<RestAnswer> answered;
  private volatile @Nullable Listener<Q> listener;
  private volatile boolean cancelled;
  private volatile @Nullable R response;
  private volatile String traceId = "";
  private Context context = Context.ROOT;
  private Executor executor = Runnable::run;

  private RestCall(
      RestOperation operation,
      ServerMethodDefinition<Q, R> method,
      FailureEncoder failures,
      EventLoop loop,
      Consumer<RestAnswer> answered) {
    this.operation = operation;
    this.method = method;
    this.failures = failures;
    this.loop = loop;
    this.answered = answered;
  }

  /// Starts a call.
  ///
  /// @param loop the connection's
  /// @param answered told once, on that loop
  static RestCall<?, ?> start(
      RestOperation operation,
      OtherTransport transport,
      FailureEncoder failures,
      EventLoop loop,
      Consumer<RestAnswer> answered) {
    var call = of(operation, operation.method(), failures, loop, answered);
    call.start(transport);
    return call;
  }

  private static <Q, R> RestCall<Q, R> of(
      RestOperation operation,
      ServerMethodDefinition<Q, R> method,
      FailureEncoder failures,
      EventLoop loop,
      Consumer<RestAnswer> answered) {
    return new RestCall<>(operation, method, failures, loop, answered);
  }

  private void start(OtherTransport transport) {
    var headers = operation.request().metadata();
    context =
        RequestTimeout.of(operation.request().headers())
            .map(time -> Deadline.after(time.toNanos(), TimeUnit.NANOSECONDS))
            .<Context>map(deadline -> within(deadline))
            .orElseGet(() -> OperationHandler.context(operation));
    executor = isLarge() ? Thread::startVirtualThread : transport.executor(this, headers);
    executor.execute(() -> context.run(() -> begin(headers)));
  }

  /// How large a compressed body is turns out while it is read.
  private boolean isLarge() {
    return operation.request().body().length > LARGE
        || operation.request().headers().get("Content-Encoding") != null;
  }

  private Context within(Deadline deadline) {
    return OperationHandler.context(operation).withDeadline(deadline, loop);
  }

  private void begin(Metadata headers) {
    try {
      var started = method.getServerCallHandler().startCall(this, headers);
      listener = started;
      started.onHalfClose();
      if (cancelled) {
        started.onCancel();
      }
    } catch (RuntimeException e) {
      // What the interceptors did not turn into an answer.
      finish(() -> RestAnswer.failure(failures.statusOf(e), traceId));
    }
  }

  /// The caller is gone.
  void cancel() {
    cancelled = true;
    var started = listener;
    if (started != null) {
      executor.execute(() -> context.run(started::onCancel));
    }
    release();
  }

  @Override
  public void request(int messages) {
    noteTrace();
  }

  private void noteTrace() {
    var span = Span.current().getSpanContext();
    if (span.isValid()) {
      traceId = span.getTraceId();
    }
  }

  @Override
  public void sendHeaders(Metadata headers) {
    // HTTP has them in front of the answer, which is not there yet.
  }

  @Override
  public void sendMessage(R message) {
    response = message;
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (traceId.isEmpty()) {
      noteTrace();
    }
    finish(() -> status.isOk() ? success() : failure(status, trailers));
  }

  private interface Answering {
    RestAnswer answer();
  }

  private void finish(Answering answering) {
    Executor writer =
        response instanceof Message message && message.getSerializedSize() > LARGE
            ? Thread::startVirtualThread
            : loop;
    writer.execute(
        () -> {
          var answer = safely(answering);
          release();
          if (loop.inEventLoop()) {
            answered.accept(answer);
          } else {
            loop.execute(() -> answered.accept(answer));
          }
        });
  }

  private RestAnswer safely(Answering answering) {
    try {
      return answering.answer();
    } catch (RuntimeException e) {
      return RestAnswer.failure(failures.statusOf(e), traceId);
    }
  }

  private RestAnswer success() {
    if (!(response instanceof Message message)) {
      throw new IllegalStateException(method.getMethodDescriptor() + " answered nothing");
    }
    return operation.answer(message);
  }

  private RestAnswer failure(Status status, Metadata trailers) {
    var thrown = new StatusRuntimeException(status, trailers);
    return RestAnswer.failure(
        FailureStatus.from(thrown).orElseGet(() -> failures.statusOf(thrown)), traceId);
  }

  /// Takes the deadline's timer back.
  private void release() {
    if (context instanceof Context.CancellableContext timed) {
      timed.cancel(null);
    }
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public MethodDescriptor<Q, R> getMethodDescriptor() {
    return method.getMethodDescriptor();
  }
}
