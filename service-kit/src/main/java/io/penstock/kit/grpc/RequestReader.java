package io.penstock.kit.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The requests of a streaming call as an iterator that waits for the next one. At most [#WINDOW]
/// of them wait to be read; the sender is asked for one more with each that is.
final class RequestReader<Q> implements Iterator<Q>, StreamObserver<Q> {

  private static final int WINDOW = 4;

  private final ServerCallStreamObserver<?> call;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<Q> waiting = new ArrayDeque<>();
  private boolean complete;
  private @Nullable Throwable broken;

  RequestReader(ServerCallStreamObserver<?> call) {
    this.call = call;
    call.disableAutoRequest();
  }

  void start() {
    call.request(WINDOW);
  }

  @Override
  public boolean hasNext() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !complete && broken == null) {
        changed.await();
      }
      if (waiting.isEmpty() && broken != null) {
        throw new CancellationException("the caller left before its last request");
      }
      return !waiting.isEmpty();
    } catch (InterruptedException e) {
      throw new CancellationException("the call was abandoned");
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Q next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    var message = take();
    call.request(1);
    return message;
  }

  private Q take() {
    lock.lock();
    try {
      return waiting.remove();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onNext(Q message) {
    change(() -> waiting.add(message));
  }

  @Override
  public void onError(Throwable cause) {
    change(() -> broken = cause);
  }

  @Override
  public void onCompleted() {
    change(() -> complete = true);
  }

  private void change(Runnable how) {
    lock.lock();
    try {
      how.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
