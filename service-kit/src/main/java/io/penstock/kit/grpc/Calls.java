package io.penstock.kit.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// The four shapes of an RPC as straight-line code. What the code throws becomes the status of the
/// call; flow control, cancellation and the end of the stream are taken care of.
public final class Calls {

  private Calls() {}

  /// One request, one answer. Runs where it is called: on the call's own virtual thread.
  public static <T> void unary(StreamObserver<T> out, Supplier<? extends T> body) {
    T answer = body.get();
    out.onNext(answer);
    out.onCompleted();
  }

  /// One request, and an answer that comes later from whichever thread has it: for calls that must
  /// not wait.
  public static <T> void later(StreamObserver<T> out, CompletionStage<? extends T> coming) {
    var _ =
        coming.whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                answer(out, answer);
              } else {
                out.onError(cause(failure));
              }
            });
  }

  // Nobody is there to take what is thrown here.
  private static <T> void answer(StreamObserver<T> out, T answer) {
    try {
      out.onNext(answer);
      out.onCompleted();
    } catch (RuntimeException e) {
      out.onError(e);
    }
  }

  // A stage that depends on another wraps what the other failed with.
  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /// One request, many answers.
  public static <T> void stream(StreamObserver<T> out, StreamBody<T> body) {
    new ResponseStream<>(serverCall(out)).start(body);
  }

  /// One request, and the elements of an iterator as answers; it is closed at the end if it can be.
  public static <T> void streamAll(
      StreamObserver<T> out, Supplier<? extends Iterator<? extends T>> source) {
    stream(out, writer -> writeAll(source.get(), writer));
  }

  /// Many requests, one answer. The iterator waits for the next request and ends with the last.
  public static <Q, R> StreamObserver<Q> collect(
      StreamObserver<R> out, Function<? super Iterator<Q>, ? extends R> body) {
    return exchange(out, (requests, writer) -> writer.write(body.apply(requests)));
  }

  /// Many requests, many answers.
  public static <Q, R> StreamObserver<Q> exchange(
      StreamObserver<R> out, BiConsumer<? super Iterator<Q>, ? super StreamWriter<R>> body) {
    var call = serverCall(out);
    var requests = new RequestReader<Q>(call);
    var responses = new ResponseStream<>(call);
    requests.start();
    responses.start(writer -> body.accept(requests, writer));
    return requests;
  }

  private static <T> void writeAll(Iterator<? extends T> source, StreamWriter<T> writer)
      throws Exception {
    try {
      while (source.hasNext()) {
        writer.write(source.next());
      }
    } finally {
      if (source instanceof AutoCloseable closeable) {
        closeable.close();
      }
    }
  }

  // True of every observer that grpc-java gives to a handler.
  private static <T> ServerCallStreamObserver<T> serverCall(StreamObserver<T> out) {
    return (ServerCallStreamObserver<T>) out;
  }
}
