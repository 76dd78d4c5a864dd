package io.penstock.mlflow.artifacts;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow.Publisher;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Ends a transfer that stands still. It may take as long as it needs while bytes move; once none
/// moved for a whole interval it is ended, so between one and two intervals after the last byte.
final class StallWatch implements AutoCloseable {

  private final Runnable end;
  private final Executor later;
  private final AtomicLong moves = new AtomicLong();
  private volatile boolean over;

  /// @param end makes whoever waits for bytes go on; called at most once
  StallWatch(Duration longest, Runnable end) {
    this.end = end;
    this.later =
        CompletableFuture.delayedExecutor(
            longest.toMillis(), TimeUnit.MILLISECONDS, Thread::startVirtualThread);
    checkLater();
  }

  private void checkLater() {
    long seen = moves.get();
    later.execute(() -> check(seen));
  }

  private void check(long seen) {
    if (over) {
      return;
    }
    if (moves.get() == seen) {
      end.run();
    } else {
      checkLater();
    }
  }

  @Override
  public void close() {
    over = true;
  }

  /// A body that is closed when it stands still; whoever reads it then gets an [IOException].
  static InputStream reading(InputStream body, Duration longest) {
    var watch = new StallWatch(longest, () -> closeQuietly(body));
    return new FilterInputStream(body) {
      @Override
      public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        watch.moves.incrementAndGet();
        return count;
      }

      @Override
      public void close() throws IOException {
        watch.close();
        super.close();
      }
    };
  }

  private static void closeQuietly(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      // It was to be ended, and it has.
    }
  }

  /// The same bytes to be sent, each step of which counts.
  BodyPublisher sending(BodyPublisher bytes) {
    Publisher<ByteBuffer> counted = target -> bytes.subscribe(new Counting(target));
    long length = bytes.contentLength();
    return length > 0 ? BodyPublishers.fromPublisher(counted, length) : bytes;
  }

  private final class Counting implements Subscriber<ByteBuffer> {

    private final Subscriber<? super ByteBuffer> target;

    Counting(Subscriber<? super ByteBuffer> target) {
      this.target = target;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      target.onSubscribe(subscription);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      moves.incrementAndGet();
      target.onNext(bytes);
    }

    @Override
    public void onError(Throwable broken) {
      target.onError(broken);
    }

    @Override
    public void onComplete() {
      target.onComplete();
    }
  }
}
