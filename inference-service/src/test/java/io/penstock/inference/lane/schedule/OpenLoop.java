package io.penstock.inference.lane.schedule;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;

/// Versions under a load that does not wait for answers: requests come as they come, by Poisson,
/// and each has so long.
final class OpenLoop {

  /// @param share of the requests that are this version's
  record Version(ModelPace pace, double weight, double share, int maxRows) {}

  /// What came of one version's requests.
  static final class Result {
    int offered;
    int refused;
    int inTime;
    int late;
    int dropped;
    int runs;
    long held;

    /// Of those that were let in.
    double inTimeShare() {
      return (double) inTime / Math.max(1, inTime + late + dropped);
    }

    double refusedShare() {
      return (double) refused / Math.max(1, offered);
    }

    @Override
    public String toString() {
      return "%d offered, %d refused, %d in time, %d late, %d dropped, %d runs"
          .formatted(offered, refused, inTime, late, dropped, runs);
    }
  }

  private record Ending(Run<Request> run, long at) {}

  private final Random random;
  private final int runners;
  private final List<Version> versions;
  private final long deadline;
  private final Schedule<Request> schedule;
  private final List<LaneQueue<Request>> lanes;
  private final List<Result> results;
  private final PriorityQueue<Ending> running =
      new PriorityQueue<>(Comparator.comparingLong(Ending::at));
  private boolean counting;
  private long now;
  private int ids;

  OpenLoop(long seed, int runners, Duration deadline, List<Version> versions) {
    this.random = new Random(seed);
    this.runners = runners;
    this.versions = versions;
    this.deadline = deadline.toNanos();
    this.schedule = new Schedule<>(runners);
    this.lanes = versions.stream().map(v -> schedule.open(settings(v))).toList();
    this.results = versions.stream().map(_ -> new Result()).toList();
  }

  private LaneSettings settings(Version version) {
    return new LaneSettings(
        version.maxRows,
        runners,
        1_000_000,
        1L << 40,
        64,
        1,
        1,
        version.weight,
        Duration.ofSeconds(30));
  }

  /// Rows a second that the device can do of one version, with batches as large as they pay and
  /// that leave half of the time for the wait.
  static double capacity(ModelPace pace, int runners, int maxRows, Duration deadline) {
    return IntStream.rangeClosed(1, maxRows)
            .filter(rows -> averageSeconds(pace, rows) < deadline.toNanos() / 2e9)
            .mapToDouble(rows -> rows / averageSeconds(pace, rows))
            .max()
            .orElseThrow()
        * runners;
  }

  private static double averageSeconds(ModelPace pace, int rows) {
    double deviation = Math.exp(pace.sigma() * pace.sigma() / 2);
    double hiccups = 1 + pace.hiccups() * 2.5;
    return (pace.nanosPerRun() + pace.nanosPerRow() * (double) rows) * deviation * hiccups / 1e9;
  }

  /// Plays for a while, after a second that does not count.
  List<Result> play(double requestsPerSecond, Duration time) {
    long warm = Duration.ofSeconds(1).toNanos();
    long end = warm + time.toNanos();
    for (long next = 0; next < end; next += pause(requestsPerSecond)) {
      passTime(next);
      counting = now >= warm;
      offer();
    }
    counting = false;
    return results;
  }

  private long pause(double perSecond) {
    return Math.max(1, (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9));
  }

  private void passTime(long until) {
    while (!running.isEmpty() && running.peek().at <= until) {
      var ending = running.poll();
      now = ending.at;
      for (var job : ending.run.jobs()) {
        count(job, now <= job.deadline());
      }
      schedule.finished(ending.run, now, true);
      dispatch();
    }
    now = until;
  }

  private void count(Request job, boolean inTime) {
    if (counting) {
      var result = results.get(job.lane);
      result.inTime += inTime ? 1 : 0;
      result.late += inTime ? 0 : 1;
    }
  }

  private void offer() {
    int version = pick();
    var job = new Request(ids++, version, now + deadline, 1, "", false, 0);
    var refusal = schedule.offer(lanes.get(version), job, now);
    if (counting) {
      results.get(version).offered++;
      results.get(version).refused += refusal == null ? 0 : 1;
    }
    dispatch();
  }

  private int pick() {
    double point = random.nextDouble();
    for (int i = 0; i < versions.size() - 1; i++) {
      point -= versions.get(i).share;
      if (point < 0) {
        return i;
      }
    }
    return versions.size() - 1;
  }

  private void dispatch() {
    for (var run = schedule.next(now); run != null; run = schedule.next(now)) {
      long held = versions.get(run.jobs().getFirst().lane).pace.held(run.rows(), random);
      running.add(new Ending(run, now + held));
      if (counting) {
        results.get(run.jobs().getFirst().lane).runs++;
        results.get(run.jobs().getFirst().lane).held += held;
      }
    }
    schedule
        .takeDropped()
        .forEach(
            dropped -> {
              if (counting) {
                results.get(dropped.job().lane).dropped++;
              }
            });
  }
}
