package io.penstock.inference.cache;

import io.micrometer.core.instrument.Counter;
import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.InputRejected;
import io.penstock.inference.InferenceFailure.ModelFailed;
import io.penstock.inference.InferenceFailure.RunTimedOut;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.lane.EngineLayer;
import io.penstock.inference.lane.Execution;
import io.penstock.inference.lane.Job;
import io.penstock.inference.lane.JobEnds;
import io.penstock.inference.lane.schedule.DispatchReason;
import io.penstock.inference.serving.VersionStatistics;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.service.Ticker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Before a lane: answers from memory what was answered before, and lets equal requests that come
/// at once be computed once. Who waits for another's run never waits longer than its own time,
/// because only those join whose deadline comes after the other's; failures that are the other's
/// own (its time, its caller) are not theirs: one of them takes over.
final class CacheEngine extends EngineLayer {

  private static final Logger log = LoggerFactory.getLogger(CacheEngine.class);

  private final ResponseCache cache;
  private final String name;
  private final long version;
  private final Engine lane;
  private final VersionStatistics statistics;
  private final Ticker ticker;
  private final Counter hits;
  private final Counter shared;
  private final Counter misses;
  private final ReentrantLock lock = new ReentrantLock();
  // All three guarded by the lock.
  private final Map<RequestKey, Leader> leaders = new HashMap<>();
  private final Map<Job, Leader> leading = new HashMap<>();
  private final Map<Job, Leader> following = new HashMap<>();

  CacheEngine(
      ResponseCache cache,
      String name,
      long version,
      Engine lane,
      VersionStatistics statistics,
      Ticker ticker,
      Counter hits,
      Counter shared,
      Counter misses) {
    super(lane);
    this.cache = cache;
    this.name = name;
    this.version = version;
    this.lane = lane;
    this.statistics = statistics;
    this.ticker = ticker;
    this.hits = hits;
    this.shared = shared;
    this.misses = misses;
  }

  /// A request that is computed, for itself and for those that wait for the same.
  private final class Leader extends Job {

    private final RequestKey key;
    private final Job request;
    private final List<Follower> followers = new ArrayList<>();

    Leader(RequestKey key, Job request) {
      super(request.inputs(), request.terms());
      this.key = key;
      this.request = request;
    }

    @Override
    protected void answered(List<Tensor> outputs, Execution execution) {
      long before = ticker.nanos();
      cache.keep(key, outputs);
      var waiting = leave(this);
      statistics.cacheMiss(ticker.nanos() - before);
      JobEnds.answered(request, outputs, execution);
      waiting.forEach(follower -> answer(follower.request(), outputs, follower.since()));
    }

    @Override
    protected void failed(InferenceFailure failure) {
      var waiting = leave(this);
      JobEnds.failed(request, failure);
      if (isOfTheModel(failure)) {
        waiting.forEach(follower -> JobEnds.failed(follower.request(), failure));
      } else {
        takeOver(key, waiting);
      }
    }
  }

  private record Follower(Job request, long since) {}

  private static boolean isOfTheModel(InferenceFailure failure) {
    return failure instanceof ModelFailed
        || failure instanceof InputRejected
        || failure instanceof RunTimedOut;
  }

  @Override
  public void submit(Job job) {
    if (job.isShadow()) {
      lane.submit(job);
      return;
    }
    long before = ticker.nanos();
    var key = RequestKey.of(version, job.inputs());
    var kept = cache.find(key);
    if (kept.isPresent()) {
      hits.increment();
      answer(job, kept.get().outputs(), before);
    } else if (!join(key, job, before)) {
      misses.increment();
      lead(key, job, List.of());
    }
  }

  // The model did not run for it: its execution has no rows.
  private void answer(Job job, List<Tensor> outputs, long since) {
    long now = ticker.nanos();
    statistics.cacheHit(now - since);
    JobEnds.answered(job, outputs, new Execution(since, now, now, 0, 0, DispatchReason.CACHED));
  }

  private boolean join(RequestKey key, Job job, long now) {
    lock.lock();
    try {
      var leader = leaders.get(key);
      if (leader == null || job.deadline() - leader.deadline() < 0) {
        return false;
      }
      leader.followers.add(new Follower(job, now));
      following.put(job, leader);
      shared.increment();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void lead(RequestKey key, Job job, List<Follower> followers) {
    var leader = new Leader(key, job);
    enter(leader, followers);
    try {
      lane.submit(leader);
    } catch (RuntimeException e) {
      takeOver(key, leave(leader));
      throw e;
    }
  }

  private void enter(Leader leader, List<Follower> followers) {
    lock.lock();
    try {
      leader.followers.addAll(followers);
      followers.forEach(follower -> following.put(follower.request(), leader));
      // One in more of a hurry than the present leader runs beside it.
      leaders.putIfAbsent(leader.key, leader);
      leading.put(leader.request, leader);
    } finally {
      lock.unlock();
    }
  }

  private List<Follower> leave(Leader leader) {
    lock.lock();
    try {
      leaders.remove(leader.key, leader);
      leading.remove(leader.request);
      leader.followers.forEach(follower -> following.remove(follower.request()));
      var waiting = List.copyOf(leader.followers);
      leader.followers.clear();
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  // The first of them that is let in leads the others.
  private void takeOver(RequestKey key, List<Follower> waiting) {
    if (waiting.isEmpty()) {
      return;
    }
    var next = waiting.getFirst().request();
    try {
      lead(key, next, waiting.subList(1, waiting.size()));
    } catch (FailureException e) {
      JobEnds.failed(next, failure(e));
    } catch (RuntimeException e) {
      log.error("a request could not take over from another", e);
      JobEnds.failed(next, new ModelFailed(name, e.toString()));
    }
  }

  private InferenceFailure failure(FailureException e) {
    return e.failure() instanceof InferenceFailure known
        ? known
        : new ModelFailed(name, e.toString());
  }

  @Override
  public void cancel(Job job) {
    Leader leader;
    boolean waited;
    lock.lock();
    try {
      leader = leading.get(job);
      var followed = following.remove(job);
      waited =
          followed != null && followed.followers.removeIf(follower -> follower.request() == job);
    } finally {
      lock.unlock();
    }
    if (waited) {
      JobEnds.failed(job, new Cancelled(name));
    } else {
      lane.cancel(leader == null ? job : leader);
    }
  }

  @Override
  public void close() {
    lane.close();
    cache.forget(version);
  }
}
