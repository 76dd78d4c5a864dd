package io.penstock.kit.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class BackgroundLoopTest {

  private static final Backoff QUICK = new Backoff(Duration.ofMillis(1), Duration.ofMillis(5));
  private static final Duration LONG = Duration.ofMinutes(10);

  @Test
  void step_throws_isTriedAgain() throws Exception {
    var third = new CountDownLatch(3);
    try (var _ =
        BackgroundLoop.start(
            "failing",
            QUICK,
            () -> {
              third.countDown();
              throw new AssertionError("on purpose");
            })) {
      assertThat(third.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void wake_endsTheRest() throws Exception {
    var rounds = new Semaphore(0);
    try (var loop =
        BackgroundLoop.start(
            "resting",
            QUICK,
            () -> {
              rounds.release();
              return LONG;
            })) {
      assertThat(rounds.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
      loop.wake();
      assertThat(rounds.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void close_letsTheStepEndAndStartsNoOther() throws Exception {
    var began = new CountDownLatch(1);
    var rounds = new AtomicInteger();
    var loop =
        BackgroundLoop.start(
            "working",
            QUICK,
            () -> {
              began.countDown();
              Thread.sleep(100);
              rounds.incrementAndGet();
              return Duration.ZERO;
            });
    assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
    loop.close();
    int atClose = rounds.get();
    assertThat(atClose).isPositive();
    Thread.sleep(150);
    assertThat(rounds).hasValue(atClose);
  }

  @Test
  void close_fromTheStepItself_returns() throws Exception {
    var closed = new CountDownLatch(1);
    var holder = new BackgroundLoop[1];
    var ready = new CountDownLatch(1);
    holder[0] =
        BackgroundLoop.start(
            "closing",
            QUICK,
            () -> {
              ready.await();
              holder[0].close();
              closed.countDown();
              return Duration.ZERO;
            });
    ready.countDown();
    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(holder[0].isClosing()).isTrue();
  }
}
