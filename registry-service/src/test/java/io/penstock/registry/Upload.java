package io.penstock.registry;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/// Sends bytes over client-streaming RPCs: a declaration, then chunks.
public final class Upload {

  private static final int CHUNK = 64 << 10;

  private Upload() {}

  /// What the call answers; fails as it fails.
  public static <Q, R> R send(
      Function<StreamObserver<R>, StreamObserver<Q>> call,
      Q declaration,
      Function<ByteString, Q> chunk,
      byte[] bytes) {
    var reply = new CompletableFuture<R>();
    var requests = call.apply(observer(reply));
    requests.onNext(declaration);
    for (int at = 0; at < bytes.length && !reply.isDone(); at += CHUNK) {
      requests.onNext(
          chunk.apply(ByteString.copyFrom(bytes, at, Math.min(CHUNK, bytes.length - at))));
    }
    if (!reply.isDone()) {
      requests.onCompleted();
    }
    try {
      return reply.join();
    } catch (CompletionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  private static <T> StreamObserver<T> observer(CompletableFuture<T> reply) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
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
