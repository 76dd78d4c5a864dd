package io.penstock.inference.warmup;

import io.penstock.inference.lane.Engine;
import io.penstock.inference.lane.EngineLayer;
import io.penstock.inference.lane.Job;
import io.penstock.kit.service.Ticker;
import java.util.concurrent.atomic.AtomicLong;

/// Keeps a request now and then and passes all of them on.
final class SamplingEngine extends EngineLayer {

  private final RecentRequests recent;
  private final String model;
  private final Engine lane;
  private final Ticker ticker;
  private final long every;
  private final AtomicLong due;

  SamplingEngine(RecentRequests recent, String model, Engine lane, Ticker ticker, long every) {
    super(lane);
    this.recent = recent;
    this.model = model;
    this.lane = lane;
    this.ticker = ticker;
    this.every = every;
    this.due = new AtomicLong(ticker.nanos());
  }

  @Override
  public void submit(Job job) {
    lane.submit(job);
    if (!job.isShadow() && !WarmUps.isWarmUp(job)) {
      sample(job);
    }
  }

  private void sample(Job job) {
    long now = ticker.nanos();
    long then = due.get();
    if (now - then >= 0 && due.compareAndSet(then, now + every)) {
      recent.keep(model, job.inputs());
    }
  }

  @Override
  public void close() {
    lane.close();
    recent.closed(model);
  }
}
