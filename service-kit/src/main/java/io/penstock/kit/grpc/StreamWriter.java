package io.penstock.kit.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The answers of a streaming call. Writing waits until the caller has taken enough of what was
/// written before.
public final class StreamWriter<T> {

  private final ServerCallStreamObserver<T> out;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean closed;

  StreamWriter(ServerCallStreamObserver<T> out) {
    this.out = out;
  }

  /// Writes one message as soon as the caller is ready for it.
  ///
  /// @throws CancellationException when nobody listens any more
  public void write(T message) {
    awaitReady();
    out.onNext(message);
  }

  /// False once the caller has left or the service stops.
  public boolean isOpen() {
    return !closed;
  }

  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    closed = true;
    wake();
  }

  private void awaitReady() {
    lock.lock();
    try {
      while (!closed && !out.isReady()) {
        changed.await();
      }
    } catch (InterruptedException e) {
      closed = true;
    } finally {
      lock.unlock();
    }
    if (closed) {
      throw new CancellationException("nobody listens any more");
    }
  }
}
