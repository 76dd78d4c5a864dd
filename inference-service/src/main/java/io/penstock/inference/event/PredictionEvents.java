package io.penstock.inference.event;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The bounded buffer between predictions and the event log, and the one thread that writes.
/// Offering never waits: what finds the buffer full is counted and lost, and a log that is away
/// costs nothing but that.
@Singleton
public final class PredictionEvents implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PredictionEvents.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
  private static final long WAIT_MILLIS = 100;

  // Events of a moment travel together: one write to the log costs as much as a hundred
  // predictions.
  private static final Duration GATHER = Duration.ofMillis(10);

  private final PredictionEventsConfig config;
  private final EventLog events;
  private final BlockingQueue<PredictionRecord> buffer;
  private final Counter lost;
  private final AtomicLong dropped = new AtomicLong();
  private final List<Event> pending = new ArrayList<>();
  private final BackgroundLoop writer;

  public PredictionEvents(PredictionEventsConfig config, EventLog events, MeterRegistry meters) {
    this.config = config;
    this.events = events;
    this.buffer = new ArrayBlockingQueue<>(config.capacity());
    this.lost =
        Counter.builder("penstock.inference.events.dropped")
            .description("Prediction events lost because the buffer was full")
            .register(meters);
    Gauge.builder("penstock.inference.events.buffered", buffer, BlockingQueue::size)
        .description("Prediction events that wait for the event log")
        .register(meters);
    this.writer = BackgroundLoop.start("prediction events", BACKOFF, GATHER, this::write);
  }

  /// Hands over a prediction. Never blocks.
  public void offer(PredictionRecord prediction) {
    if (config.enabled() && !buffer.offer(prediction)) {
      lost.increment();
      if (dropped.getAndIncrement() == 0) {
        log.warn("The buffer of prediction events is full; events are being lost");
      }
    }
  }

  /// Events lost since start.
  public long dropped() {
    return dropped.get();
  }

  private Duration write() throws InterruptedException {
    if (pending.isEmpty()) {
      gather();
    }
    if (!pending.isEmpty()) {
      events.append(Topics.PREDICTIONS, List.copyOf(pending));
      pending.clear();
    }
    return Duration.ZERO;
  }

  private void gather() throws InterruptedException {
    var first = buffer.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
    if (first != null) {
      var batch = new ArrayList<PredictionRecord>(List.of(first));
      buffer.drainTo(batch, config.batch() - 1);
      batch.forEach(this::encode);
    }
  }

  // One record that cannot be encoded must not hold up the others for ever.
  private void encode(PredictionRecord prediction) {
    try {
      pending.add(PredictionEventProtos.toEvent(prediction, config));
    } catch (RuntimeException e) {
      lost.increment();
      dropped.incrementAndGet();
      log.error("could not encode the event of prediction {}", prediction.predictionId(), e);
    }
  }

  /// Writes what is left, if the log takes it now.
  @Override
  @PreDestroy
  public void close() {
    writer.close();
    try {
      while (!pending.isEmpty() || !buffer.isEmpty()) {
        write();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("{} prediction events were lost at the end: {}", buffer.size(), e.toString());
    }
  }
}
