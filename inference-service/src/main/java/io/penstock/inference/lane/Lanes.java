package io.penstock.inference.lane;

import io.penstock.inference.lane.schedule.LaneSettings;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceName;
import io.penstock.kit.service.Ticker;
import io.penstock.kit.telemetry.LogContext;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Opens lanes at the device of this process, whose runners they share, and looks after what no
/// runner would notice.
@Singleton
public final class Lanes implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(10);
  private static final Backoff BACKOFF = new Backoff(TICK, Duration.ofSeconds(1));

  private final LaneConfig config;
  private final RunnerPool pool;
  private final Set<Lane> open = ConcurrentHashMap.newKeySet();
  private final BackgroundLoop watch;

  public Lanes(LaneConfig config, Ticker ticker, ServiceName service) {
    this.config = config;
    this.pool = new RunnerPool("0", config.runnerThreads(), ticker, LogContext.ofService(service));
    this.watch = BackgroundLoop.start("lane watch", BACKOFF, this::watch);
  }

  /// What holds for a version that says nothing of its own.
  public LaneSettings settings() {
    return config.settings();
  }

  /// Opens a lane for a model, which it closes with itself.
  public Lane open(String version, RunnableModel model, RunListener listener) {
    return open(version, model, settings(), listener);
  }

  /// Opens a lane for a model, which it closes with itself.
  public Lane open(
      String version, RunnableModel model, LaneSettings settings, RunListener listener) {
    try {
      var lane = new Lane(version, model, settings, pool, listener, open::remove);
      open.add(lane);
      return lane;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private Duration watch() {
    pool.watch();
    return TICK;
  }

  @Override
  @PreDestroy
  public void close() {
    open.forEach(Lane::close);
    watch.close();
    pool.close();
  }
}
