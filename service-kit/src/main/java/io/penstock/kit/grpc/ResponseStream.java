package io.penstock.kit.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.Stopping;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Runs the body of one streaming call and ends the call when the body ends, however it ends.
final class ResponseStream<T> {

  private final ServerCallStreamObserver<T> out;
  private final StreamWriter<T> writer;
  private final AtomicReference<@Nullable Thread> body = new AtomicReference<>();
  private final @Nullable Drain drain = Drain.current();
  private final Runnable ending = this::stop;
  private volatile boolean stopping;

  ResponseStream(ServerCallStreamObserver<T> out) {
    this.out = out;
    this.writer = new StreamWriter<>(out);
    out.setOnReadyHandler(writer::wake);
    out.setOnCancelHandler(this::abandon);
  }

  void start(StreamBody<T> work) {
    body.set(CallThread.start(() -> run(work)));
    if (drain != null) {
      drain.onBegin(ending);
    }
  }

  private void run(StreamBody<T> work) {
    try {
      work.writeTo(writer);
      out.onCompleted();
    } catch (Throwable e) {
      fail(e);
    } finally {
      if (drain != null) {
        drain.forget(ending);
      }
    }
  }

  // What a body throws because it was told to end is no failure of its own.
  private void fail(Throwable e) {
    if (!out.isCancelled()) {
      out.onError(stopping ? new FailureException(new Stopping("this service")) : e);
    }
  }

  private void stop() {
    stopping = true;
    abandon();
  }

  private void abandon() {
    writer.close();
    var thread = body.get();
    if (thread != null) {
      thread.interrupt();
    }
  }
}
