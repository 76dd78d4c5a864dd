package io.penstock.registry.migration;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.penstock.kit.identity.Caller;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/// This service's own MLflow API, called without a wire in the name of whoever started the import:
/// that person is in the audit log, and every check is the one that a client meets.
record LocalMlflowClient(Caller caller) {

  private static final int SECONDS = 60;

  /// @param method of a service: `tracking::createRun`
  <Q, R> R call(BiConsumer<Q, StreamObserver<R>> method, Q request) throws InterruptedException {
    var answer = new Answer<R>();
    caller.in(Context.current()).run(() -> method.accept(request, answer));
    return answer.await();
  }

  private static final class Answer<R> implements StreamObserver<R> {

    private final CompletableFuture<R> future = new CompletableFuture<>();

    @Override
    public void onNext(R value) {
      future.complete(value);
    }

    @Override
    public void onError(Throwable cause) {
      future.completeExceptionally(cause);
    }

    @Override
    public void onCompleted() {}

    R await() throws InterruptedException {
      try {
        return future.get(SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new IllegalStateException(e.getCause());
      } catch (TimeoutException e) {
        throw new IllegalStateException("the registry did not answer itself", e);
      }
    }
  }
}
