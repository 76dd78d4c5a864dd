package io.penstock.inference.lane;

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

/// Opens lanes, and looks after what no runner would notice in them: deadlines that pass in a queue
/// and runs that do not end.
@Singleton
public final class Lanes implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(10);
  private static final Backoff BACKOFF = new Backoff(TICK, Duration.ofSeconds(1));

  private final LaneConfig config;
  private final Ticker ticker;
  private final Foreground foreground;
  private final LogContext log;
  private final Set<Lane> watched = ConcurrentHashMap.newKeySet();
  private final BackgroundLoop watch;

  public Lanes(LaneConfig config, Ticker ticker, Foreground foreground, ServiceName service) {
    this.config = config;
    this.ticker = ticker;
    this.foreground = foreground;
    this.log = LogContext.ofService(service);
    this.watch = BackgroundLoop.start("lane watch", BACKOFF, this::watch);
  }

  /// Opens a lane for a model, which it closes with itself.
  public Lane open(String version, RunnableModel model, RunListener listener) {
    var lane = new Lane(version, model, config, ticker, foreground, listener, log, watched::remove);
    try {
      lane.awaitOpen();
    } catch (RuntimeException e) {
      lane.close();
      throw e;
    }
    watched.add(lane);
    return lane;
  }

  private Duration watch() {
    watched.forEach(Lane::watch);
    return TICK;
  }

  @Override
  @PreDestroy
  public void close() {
    watch.close();
    watched.forEach(Lane::close);
  }
}
