package io.penstock.benchmarks;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.CompletableFuture;

/// The futures of gRPC's stubs as those of the JDK.
final class Completable {

  private Completable() {}

  static <T> CompletableFuture<T> of(ListenableFuture<T> future) {
    CompletableFuture<T> completable = new CompletableFuture<>();
    Futures.addCallback(
        future,
        new FutureCallback<T>() {
          @Override
          public void onSuccess(T result) {
            completable.complete(result);
          }

          @Override
          public void onFailure(Throwable thrown) {
            completable.completeExceptionally(thrown);
          }
        },
        MoreExecutors.directExecutor());
    return completable;
  }
}
