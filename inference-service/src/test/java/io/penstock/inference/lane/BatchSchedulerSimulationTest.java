package io.penstock.inference.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Ten thousand seeded schedules under a virtual clock: arrivals, cancellations and runners, with
/// the scheduler's promises checked at every step.
class BatchSchedulerSimulationTest {

  private static final long SEED = 42;
  private static final int SCHEDULES = 10_000;

  private record Job(int id, long deadline, int rows, long bytes, Object batchKey, boolean isShadow)
      implements Waiting {}

  private enum End {
    EXECUTED,
    EXPIRED,
    REFUSED,
    CANCELLED
  }

  @Test
  void everySchedule_keepsThePromises() {
    var ends = new HashMap<End, Integer>();
    for (int i = 0; i < SCHEDULES; i++) {
      long seed = SEED + i;
      try {
        new Simulation(seed).run().forEach(end -> ends.merge(end, 1, Integer::sum));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("schedule of seed " + seed, e);
      }
    }
    assertThat(ends).as("all ends were met").containsKeys(End.values());
  }

  private static final class Simulation {

    private final Random random;
    private final int maxBatchRows;
    private final int maxRequests;
    private final int maxShadows;
    private final int runners;
    private final BatchScheduler<Job> scheduler;
    private final Map<Job, End> ends = new HashMap<>();
    private final Set<Job> queued = new HashSet<>();
    private final PriorityQueue<Long> busyUntil = new PriorityQueue<>();
    private long now;

    Simulation(long seed) {
      random = new Random(seed);
      maxBatchRows = 1 + random.nextInt(16);
      maxRequests = 1 + random.nextInt(20);
      maxShadows = random.nextInt(5);
      runners = 1 + random.nextInt(3);
      // Near the overflow of the ticker, as it may be.
      now = random.nextBoolean() ? 0 : Long.MAX_VALUE - 500;
      scheduler = new BatchScheduler<>(maxBatchRows, maxRequests, 1_000, maxShadows);
    }

    List<End> run() {
      for (int id = 0; id < 40; id++) {
        now += random.nextInt(10);
        step(id);
      }
      while (!queued.isEmpty()) {
        now += 5;
        dispatch();
      }
      assertThat(scheduler.isEmpty()).isTrue();
      assertThat(scheduler.queuedRows()).isZero();
      assertThat(ends).hasSize(40);
      return List.copyOf(ends.values());
    }

    private void step(int id) {
      offer(job(id));
      dispatch();
      if (random.nextInt(5) == 0 && !queued.isEmpty()) {
        cancel(List.copyOf(queued).get(random.nextInt(queued.size())));
      }
      if (random.nextInt(5) == 0) {
        scheduler.expire(now).forEach(this::expire);
      }
      assertThat(scheduler.queuedRows()).isEqualTo(queued.stream().mapToInt(Job::rows).sum());
    }

    private Job job(int id) {
      return new Job(
          id,
          now + random.nextInt(60),
          1 + random.nextInt(6),
          random.nextInt(100),
          random.nextInt(2),
          random.nextInt(6) == 0);
    }

    private void offer(Job job) {
      long others = queued.stream().filter(other -> other.isShadow() == job.isShadow()).count();
      if (scheduler.offer(job).isEmpty()) {
        assertThat(others).isLessThan(job.isShadow() ? maxShadows : maxRequests);
        queued.add(job);
      } else {
        end(job, End.REFUSED);
      }
    }

    private void cancel(Job job) {
      assertThat(scheduler.remove(job)).isTrue();
      assertThat(scheduler.remove(job)).as("not twice").isFalse();
      leave(job, End.CANCELLED);
    }

    private void dispatch() {
      while (!busyUntil.isEmpty() && busyUntil.peek() - now <= 0) {
        busyUntil.poll();
      }
      while (busyUntil.size() < runners) {
        var waiting = new ArrayList<>(queued);
        var batch = scheduler.next(now, random.nextBoolean());
        batch.expired().forEach(this::expire);
        if (batch.jobs().isEmpty()) {
          assertThat(queued.stream().noneMatch(job -> !job.isShadow()))
              .as("an idle runner never leaves a request waiting")
              .isTrue();
          return;
        }
        waiting.removeAll(batch.expired());
        execute(batch, waiting);
      }
    }

    private void execute(Batch<Job> batch, List<Job> waiting) {
      var first = batch.jobs().getFirst();
      int rows = batch.jobs().stream().mapToInt(Job::rows).sum();
      assertThat(batch.jobs().size() == 1 || rows <= maxBatchRows).isTrue();
      assertThat(batch.jobs()).allMatch(job -> job.batchKey().equals(first.batchKey()));
      assertThat(batch.jobs()).allMatch(job -> job.isShadow() == first.isShadow());
      assertThat(batch.jobs()).allMatch(job -> job.deadline() - now > 0);
      assertThat(waiting.stream().filter(job -> job.isShadow() == first.isShadow()))
          .as("the most urgent goes first")
          .allMatch(job -> job.deadline() - first.deadline() >= 0);
      if (first.isShadow()) {
        assertThat(waiting).as("shadows last").allMatch(Job::isShadow);
      }
      batch.jobs().forEach(job -> leave(job, End.EXECUTED));
      busyUntil.add(now + 1 + random.nextInt(30));
    }

    private void expire(Job job) {
      assertThat(job.deadline() - now).isLessThanOrEqualTo(0);
      leave(job, End.EXPIRED);
    }

    private void leave(Job job, End end) {
      assertThat(queued.remove(job)).as("%s was queued", job).isTrue();
      end(job, end);
    }

    private void end(Job job, End end) {
      assertThat(ends.put(job, end)).as("one end for %s", job).isNull();
    }
  }
}
