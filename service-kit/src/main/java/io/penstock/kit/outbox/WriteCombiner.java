package io.penstock.kit.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.kit.database.LostConnections;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure;
import io.penstock.kit.outbox.CombinedWork.Attempt;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what concurrent callers ask for together: while one transaction is on its way to the
/// disk, those who come meanwhile gather for the next. The more callers, the fewer commits each of
/// them costs; a caller alone never waits for others.
///
/// What goes wrong for all is tried again carefully and then one by one, so that each caller fails
/// for its own reasons only.
public final class WriteCombiner<Q, R extends @Nullable Object> implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WriteCombiner.class);

  /// @param lanes transactions at work at once; requests of one key share a lane and keep their
  ///   order
  /// @param batch most weight that shares a transaction
  /// @param queue most weight that waits; what comes beyond is refused
  public record Limits(int lanes, int batch, int queue) {}

  private final String name;
  private final Changes changes;
  private final Limits limits;
  private final ToIntFunction<Q> weight;
  private final ToIntFunction<Q> key;
  private final CombinedWork<Q, R> work;
  private final List<BlockingQueue<Pending<Q, R>>> queues = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Semaphore room;
  private final DistributionSummary sizes;
  private final Counter refused;
  private volatile boolean closed;

  private WriteCombiner(
      String name,
      Changes changes,
      MeterRegistry meters,
      Limits limits,
      ToIntFunction<Q> weight,
      ToIntFunction<Q> key,
      CombinedWork<Q, R> work) {
    this.name = name;
    this.changes = changes;
    this.limits = limits;
    this.weight = weight;
    this.key = key;
    this.work = work;
    this.room = new Semaphore(limits.queue());
    this.sizes =
        DistributionSummary.builder("penstock.writes.together")
            .description("Calls that shared a transaction")
            .tag("writes", name)
            .register(meters);
    this.refused =
        Counter.builder("penstock.writes.refused")
            .description("Calls that found the queue full or were not done before their deadline")
            .tag("writes", name)
            .register(meters);
    Gauge.builder("penstock.writes.waiting", room, it -> limits.queue() - it.availablePermits())
        .description("Weight of the calls that wait for a transaction")
        .tag("writes", name)
        .register(meters);
  }

  /// Starts the lanes.
  ///
  /// @param name what is written, in messages and as the label of the meters
  /// @param weight what a request costs, 1 or more
  /// @param key what requests have to do with each other: equal keys never run at once
  public static <Q, R extends @Nullable Object> WriteCombiner<Q, R> start(
      String name,
      Changes changes,
      MeterRegistry meters,
      Limits limits,
      ToIntFunction<Q> weight,
      ToIntFunction<Q> key,
      CombinedWork<Q, R> work) {
    var combiner = new WriteCombiner<>(name, changes, meters, limits, weight, key, work);
    for (int lane = 0; lane < limits.lanes(); lane++) {
      combiner.openLane(lane);
    }
    return combiner;
  }

  private void openLane(int lane) {
    var queue = new LinkedBlockingQueue<Pending<Q, R>>();
    queues.add(queue);
    threads.add(Thread.ofPlatform().daemon().name(name + "-" + lane).start(() -> run(queue)));
  }

  /// Waits until the request is committed, or says why it is not.
  public R commit(Q request) {
    var pending = enqueue(request);
    try {
      return pending.await();
    } catch (TimeoutException _) {
      // Whoever takes it later finds it abandoned; what is at work already may still be committed.
      if (pending.abandon()) {
        room.release(pending.cost());
      }
      throw late();
    }
  }

  /// Hands the request over and returns at once, for callers on threads that must not wait. A
  /// request whose caller has left meanwhile is not written.
  ///
  /// @return what [#commit] would return or throw; completed in the context of the call on a thread
  ///   that others wait for
  public CompletionStage<R> submit(Q request) {
    return enqueue(request).reply();
  }

  private Pending<Q, R> enqueue(Q request) {
    // A request heavier than the whole queue still gets in when nobody else waits.
    int cost = Math.min(weight.applyAsInt(request), limits.queue());
    if (!room.tryAcquire(cost)) {
      throw overloaded("too many writes wait already");
    }
    var pending = new Pending<Q, R>(request, cost);
    queueOf(request).add(pending);
    if (closed && pending.abandon()) {
      room.release(cost);
      throw new FailureException(new KitFailure.Stopping(changes.service()));
    }
    return pending;
  }

  private BlockingQueue<Pending<Q, R>> queueOf(Q request) {
    return queues.get(Math.floorMod(key.applyAsInt(request), queues.size()));
  }

  private FailureException late() {
    return overloaded("the write was not done before its deadline");
  }

  private FailureException overloaded(String detail) {
    refused.increment();
    return new FailureException(new KitFailure.Overloaded(name, detail));
  }

  private void run(BlockingQueue<Pending<Q, R>> queue) {
    try {
      while (!closed || !queue.isEmpty()) {
        var first = queue.poll(1, TimeUnit.SECONDS);
        if (first != null) {
          write(gather(first, queue));
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  // Only this lane takes from the queue: what was peeked at is still there.
  private List<Pending<Q, R>> gather(Pending<Q, R> first, BlockingQueue<Pending<Q, R>> queue) {
    var batch = new ArrayList<Pending<Q, R>>();
    take(first, batch);
    int weight = first.cost();
    for (var next = queue.peek(); next != null; next = queue.peek()) {
      weight += next.cost();
      if (weight > limits.batch()) {
        break;
      }
      take(queue.remove(), batch);
    }
    return batch;
  }

  private void take(Pending<Q, R> pending, List<Pending<Q, R>> batch) {
    if (pending.take()) {
      room.release(pending.cost());
      if (pending.isWanted()) {
        batch.add(pending);
      } else {
        pending.fail(late());
      }
    }
  }

  private void write(List<Pending<Q, R>> batch) {
    if (batch.isEmpty()) {
      return;
    }
    sizes.record(batch.size());
    try {
      together(batch, Attempt.FIRST);
    } catch (RuntimeException e) {
      again(batch, e);
    }
  }

  private void again(List<Pending<Q, R>> batch, RuntimeException first) {
    // Whether a commit that was cut off has happened nobody knows, so it is not for us to repeat.
    if (LostConnections.find(first).isPresent()) {
      batch.forEach(pending -> pending.fail(first));
      return;
    }
    log.debug("{}: {} requests did not go together at once", name, batch.size(), first);
    try {
      together(batch, Attempt.CAREFUL);
    } catch (RuntimeException e) {
      if (batch.size() == 1) {
        batch.getFirst().fail(e);
      } else {
        batch.forEach(pending -> alone(List.of(pending)));
      }
    }
  }

  private void alone(List<Pending<Q, R>> one) {
    try {
      together(one, Attempt.CAREFUL);
    } catch (RuntimeException e) {
      one.getFirst().fail(e);
    }
  }

  // A lane that dies of an Error would leave its callers waiting for ever.
  private void together(List<Pending<Q, R>> batch, Attempt attempt) {
    try {
      changes.commitTogether(batch, work, attempt);
    } catch (Error e) {
      throw new IllegalStateException(name + " failed", e);
    }
  }

  /// Takes no more, finishes what it has.
  @Override
  public void close() {
    closed = true;
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
