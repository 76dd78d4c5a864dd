package io.penstock.inference.prediction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.inference.lane.LaneConfig;
import io.penstock.inference.routing.Router;
import io.penstock.inference.routing.Selection;
import io.penstock.inference.routing.SplitKey;
import io.penstock.kit.failure.FailureException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Sends copies of requests to shadow versions, beside the callers' way: decoded on a thread of its
/// own, with a small buffer in front of which copies are dropped and counted.
@Singleton
final class ShadowCopies implements AutoCloseable {

  private final Router router;
  private final Counter dropped;
  private final ThreadPoolExecutor thread;

  ShadowCopies(Router router, LaneConfig config, MeterRegistry meters) {
    this.router = router;
    this.dropped =
        Counter.builder("penstock.inference.shadow.dropped")
            .description("Shadow copies dropped before they reached their version's lane")
            .register(meters);
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(Math.max(1, config.shadowRequests())),
            Thread.ofVirtual().name("shadow copies").factory(),
            (_, _) -> dropped.increment());
    thread.allowCoreThreadTimeOut(true);
  }

  /// Starts a prediction for each shadow that gets a copy of a request with this key.
  void copy(String model, SplitKey key, Consumer<Selection> prediction) {
    if (router.hasShadows(model)) {
      thread.execute(() -> router.shadows(model, key).forEach(shadow -> start(shadow, prediction)));
    }
  }

  private void start(Selection shadow, Consumer<Selection> prediction) {
    try {
      prediction.accept(shadow);
    } catch (FailureException bulkheadFull) {
      dropped.increment();
    }
  }

  @Override
  @PreDestroy
  public void close() {
    thread.shutdownNow();
  }
}
