package io.penstock.kit.loop;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// A named virtual thread that repeats one step until it is closed. A step that throws is tried
/// again after a backoff and never ends the loop; the first failure and the recovery are logged.
public final class BackgroundLoop implements AutoCloseable {

  /// One round of background work.
  @FunctionalInterface
  public interface Step {
    /// Works once and says how long to rest before the next round; [#wake()] ends that rest early.
    Duration run() throws Exception;
  }

  private static final Logger log = LoggerFactory.getLogger(BackgroundLoop.class);
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final String name;
  private final Backoff backoff;
  private final Duration spacing;
  private final Step step;
  private final Semaphore wakeUps = new Semaphore(0);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<String, String> logContext;
  private final Thread thread;
  private int failures;

  private BackgroundLoop(String name, Backoff backoff, Duration spacing, Step step) {
    this.name = name;
    this.backoff = backoff;
    this.spacing = spacing;
    this.step = step;
    this.logContext = Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of());
    this.thread = Thread.ofVirtual().name(name).unstarted(this::loop);
  }

  public static BackgroundLoop start(String name, Backoff backoff, Step step) {
    return start(name, backoff, Duration.ZERO, step);
  }

  /// Starts a loop that leaves at least `spacing` between two steps, however often it is woken: a
  /// debounce.
  public static BackgroundLoop start(String name, Backoff backoff, Duration spacing, Step step) {
    var loop = new BackgroundLoop(name, backoff, spacing, step);
    loop.thread.start();
    return loop;
  }

  /// Ends the current rest, or skips the next one. A backoff after a failure is never cut short.
  public void wake() {
    if (wakeUps.availablePermits() == 0) {
      wakeUps.release();
    }
  }

  public boolean isClosing() {
    return closing.getCount() == 0;
  }

  /// Stops: no new step begins, the current one may end within five seconds and is interrupted
  /// after that.
  @Override
  public void close() {
    closing.countDown();
    wake();
    if (Thread.currentThread() != thread) {
      joinThread();
    }
  }

  private void joinThread() {
    try {
      if (!thread.join(GRACE)) {
        log.warn("{} did not stop within {}; interrupting it", name, GRACE);
        thread.interrupt();
        thread.join(GRACE);
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    MDC.setContextMap(logContext);
    try {
      while (!isClosing()) {
        round();
      }
    } catch (InterruptedException e) {
      log.debug("{} was interrupted", name);
    }
  }

  // Throwable on purpose: a loop that dies silently of an Error is worse than one that says so and
  // tries again.
  private void round() throws InterruptedException {
    try {
      Duration rest = step.run();
      recovered();
      rest(rest);
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void rest(Duration rest) throws InterruptedException {
    if (spacing.isPositive()) {
      boolean _ = closing.await(spacing.toNanos(), TimeUnit.NANOSECONDS);
    }
    if (rest.isPositive() && wakeUps.tryAcquire(rest.toNanos(), TimeUnit.NANOSECONDS)) {
      wakeUps.drainPermits();
    }
  }

  private void recovered() {
    if (failures > 0) {
      log.info("{} works again after {} failures", name, failures);
      failures = 0;
    }
  }

  private void failed(Throwable e) throws InterruptedException {
    if (isClosing()) {
      return;
    }
    Duration delay = backoff.delay(++failures);
    if (failures == 1) {
      log.warn("{} failed, next try in {} ms: {}", name, delay.toMillis(), e.toString());
    }
    log.debug("{} failed {} times", name, failures, e);
    boolean _ = closing.await(delay.toNanos(), TimeUnit.NANOSECONDS);
  }
}
