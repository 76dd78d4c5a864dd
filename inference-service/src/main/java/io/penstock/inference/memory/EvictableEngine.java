package io.penstock.inference.memory;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.DeadlinePassed;
import io.penstock.inference.InferenceFailure.ModelLoading;
import io.penstock.inference.InferenceFailure.ModelUnavailable;
import io.penstock.inference.InferenceFailure.QueueFull;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.lane.Job;
import io.penstock.inference.lane.JobEnds;
import io.penstock.inference.lane.schedule.RunTimes;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.service.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Before the lane of a model that may have left memory: keeps the requests that come meanwhile,
/// has the model loaded for the first of them, and passes them on. A request that would be too late
/// by then is refused at once.
final class EvictableEngine implements Engine {

  private static final Logger log = LoggerFactory.getLogger(EvictableEngine.class);
  private static final Duration RETRY_AFTER = Duration.ofMillis(100);
  private static final long TICK = 5;

  private final String version;
  private final Engine lane;
  private final EvictableModel model;
  private final ModelMemory memory;
  private final int limit;
  private final Ticker ticker;
  // In order of arrival; also the lock for all below.
  private final Set<Job> waiting = new LinkedHashSet<>();
  private boolean loading;
  private long loadingSince;

  EvictableEngine(
      String version,
      Engine lane,
      EvictableModel model,
      ModelMemory memory,
      int limit,
      Ticker ticker) {
    this.version = version;
    this.lane = lane;
    this.model = model;
    this.memory = memory;
    this.limit = limit;
    this.ticker = ticker;
  }

  @Override
  public void submit(Job job) {
    // Shadow copies are nobody's use of the model.
    if (!job.terms().shadow()) {
      model.usedAt(ticker.nanos());
    }
    if (model.isInMemory()) {
      lane.submit(job);
    } else {
      keep(job);
    }
  }

  private void keep(Job job) {
    synchronized (waiting) {
      long now = ticker.nanos();
      if (!loading) {
        begin(now);
      }
      refuse(job, now);
      waiting.add(job);
    }
  }

  private void begin(long now) {
    loading = true;
    loadingSince = now;
    var reload = memory.reload(model);
    Thread.ofVirtual().name("reload of " + version).start(() -> await(reload));
  }

  private void refuse(Job job, long now) {
    if (waiting.size() >= limit) {
      throw new FailureException(new QueueFull(version, limit + " requests", RETRY_AFTER));
    }
    long left = Math.max(0, model.loadNanos() - (now - loadingSince));
    if (job.terms().deadline() - now < left) {
      throw new FailureException(new ModelLoading(version, Duration.ofNanos(left)));
    }
  }

  private void await(CompletableFuture<Void> reload) {
    while (true) {
      try {
        reload.get(TICK, TimeUnit.MILLISECONDS);
        passOn();
        return;
      } catch (TimeoutException e) {
        expire();
      } catch (Exception e) {
        giveUp(e);
        return;
      }
    }
  }

  private void passOn() {
    for (var job : allWaiting()) {
      try {
        lane.submit(job);
      } catch (FailureException e) {
        JobEnds.failed(job, (InferenceFailure) e.failure());
      } catch (RuntimeException e) {
        log.error("{} cannot take what waited for it", version, e);
        JobEnds.failed(job, new ModelUnavailable(version, e.toString()));
      }
    }
  }

  private void giveUp(Exception e) {
    var cause = Objects.requireNonNullElse(e.getCause(), e);
    var failure = new ModelUnavailable(version, String.valueOf(cause.getMessage()));
    allWaiting().forEach(job -> JobEnds.failed(job, failure));
  }

  private List<Job> allWaiting() {
    synchronized (waiting) {
      var all = List.copyOf(waiting);
      waiting.clear();
      loading = false;
      return all;
    }
  }

  private void expire() {
    var expired = new ArrayList<Job>();
    synchronized (waiting) {
      long now = ticker.nanos();
      waiting.removeIf(job -> job.terms().deadline() - now <= 0 && expired.add(job));
    }
    expired.forEach(
        job -> JobEnds.failed(job, new DeadlinePassed(version, "while the model was loaded")));
  }

  @Override
  public void cancel(Job job) {
    boolean waited;
    synchronized (waiting) {
      waited = waiting.remove(job);
    }
    if (waited) {
      JobEnds.failed(job, new Cancelled(version));
    } else {
      lane.cancel(job);
    }
  }

  @Override
  public int queuedRows() {
    synchronized (waiting) {
      return lane.queuedRows() + waiting.stream().mapToInt(job -> job.inputs().rows()).sum();
    }
  }

  @Override
  public List<RunTimes.Expectation> runTimes() {
    return lane.runTimes();
  }

  @Override
  public void close() {
    lane.close();
  }
}
