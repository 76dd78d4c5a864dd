package io.penstock.inference.lane.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A device with random versions and a random hour of their lives, which checks what the schedule
/// decides against what it promises, from its own books.
final class SimulatedDevice {

  enum End {
    EXECUTED,
    FAILED,
    EXPIRED,
    HOPELESS,
    CANCELLED,
    FULL,
    REFUSED
  }

  private record Ending(Run<Request> run, long at, boolean fails) {}

  private static final int REQUESTS = 60;
  private static final long LONG_RUN = 100_000_000;

  private final Random random;
  private final int runners;
  private final Schedule<Request> schedule;
  private final List<LaneQueue<Request>> lanes = new ArrayList<>();
  private final List<ModelPace> paces = new ArrayList<>();
  private final Map<Request, End> ends = new HashMap<>();
  private final Set<Request> queued = new HashSet<>();
  private final Map<Request, Long> since = new HashMap<>();
  private final Set<Request> isolated = new HashSet<>();
  private final Map<Request, Integer> passedOver = new HashMap<>();
  private final Map<LaneQueue<Request>, Integer> passesOf = new HashMap<>();
  private final List<DispatchReason> reasons = new ArrayList<>();
  private final PriorityQueue<Ending> running;
  private final long start;
  private long now;
  private long requestTime;
  private long shadowTimeBeside;

  SimulatedDevice(long seed) {
    random = new Random(seed);
    runners = 1 + random.nextInt(4);
    schedule = new Schedule<>(runners);
    // Near the overflow of the ticker, as it may be.
    start = random.nextBoolean() ? 0 : Long.MAX_VALUE - 20_000_000;
    now = start;
    running = new PriorityQueue<>(Comparator.comparingLong(ending -> ending.at - start));
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      lanes.add(schedule.open(settings()));
      // Now and then so slow that requests lose their patience.
      paces.add(ModelPace.random(random).times(random.nextInt(4) == 0 ? 40 : 1));
    }
  }

  private LaneSettings settings() {
    int levels = 1 + random.nextInt(3);
    return new LaneSettings(
        1 + random.nextInt(16),
        1 + random.nextInt(4),
        2 + random.nextInt(30),
        2_000,
        random.nextInt(6),
        levels,
        1 + random.nextInt(levels),
        1 + random.nextInt(4),
        Duration.ofSeconds(30));
  }

  Collection<End> ends() {
    return ends.values();
  }

  List<DispatchReason> reasons() {
    return reasons;
  }

  void play() {
    // From a rush to leisure.
    int pause = 20_000 << random.nextInt(9);
    for (int id = 0; id < REQUESTS; id++) {
      passTime(now + random.nextInt(pause));
      offer(request(id));
      dispatch();
      if (random.nextInt(8) == 0 && !queued.isEmpty()) {
        cancel(any(queued));
      }
    }
    while (!queued.isEmpty() || !running.isEmpty()) {
      passTime(now + 10_000_000);
      schedule.expire(now);
      tellDropped();
      dispatch();
    }
    assertThat(schedule.isEmpty()).isTrue();
    assertThat(lanes).allMatch(lane -> lane.queuedRows() == 0 && lane.running() == 0);
    assertThat(ends).as("everybody has an end").hasSize(REQUESTS);
  }

  private Request any(Set<Request> set) {
    return set.stream()
        .sorted(Comparator.comparingInt(r -> r.id))
        .toList()
        .get(random.nextInt(set.size()));
  }

  private Request request(int id) {
    int lane = random.nextInt(lanes.size());
    long time = 1_000_000L << random.nextInt(12);
    return new Request(
        id,
        lane,
        now + random.nextLong(time),
        1 + random.nextInt(random.nextInt(10) == 0 ? 20 : 4),
        random.nextInt(4) == 0 ? "other" : "usual",
        random.nextInt(6) == 0,
        random.nextInt(4));
  }

  private void passTime(long until) {
    while (!running.isEmpty() && running.peek().at - until <= 0) {
      var ending = running.poll();
      now = ending.at;
      finish(ending);
      dispatch();
    }
    now = until;
    for (var ending : running) {
      if (now - ending.run.started() > LONG_RUN) {
        schedule.excuse(ending.run);
      }
    }
    dispatch();
  }

  private void finish(Ending ending) {
    var run = ending.run;
    long held = now - run.started();
    if (!run.shadow) {
      requestTime += held;
    } else if (run.beside) {
      shadowTimeBeside += held;
    }
    boolean again = ending.fails && run.jobs().size() > 1;
    if (again) {
      schedule.isolate(run, now);
      isolated.addAll(run.jobs());
      queued.addAll(run.jobs());
    } else {
      run.jobs().forEach(job -> end(job, ending.fails ? End.FAILED : End.EXECUTED));
    }
    schedule.finished(run, now, !ending.fails);
  }

  private void offer(Request job) {
    var lane = lanes.get(job.lane);
    boolean idle = running.isEmpty() && queued.isEmpty();
    var refusal = schedule.offer(lane, job, now);
    switch (refusal) {
      case null -> {
        queued.add(job);
        since.put(job, now);
      }
      case Refusal.Passed _ -> {
        assertThat(job.deadline() - now).isLessThanOrEqualTo(0);
        end(job, End.EXPIRED);
      }
      case Refusal.Full _ -> {
        assertThat(ofLane(job.lane, job.isShadow())).as("a queue that is full").isNotZero();
        end(job, End.FULL);
      }
      case Refusal.TooLate(long expected, long available) -> {
        assertThat(job.isShadow()).as("a copy has time").isFalse();
        if (idle) {
          assertThat(lane.times().typical(job.rows())).as("idle").isGreaterThan(available);
          assertThat(expected).isGreaterThan(available);
        }
        end(job, End.REFUSED);
      }
    }
  }

  private long ofLane(int lane, boolean shadow) {
    return queued.stream().filter(r -> r.lane == lane && r.isShadow() == shadow).count()
        + (lanes.get(lane).settings().shadowRequests() == 0 ? 1 : 0);
  }

  private void cancel(Request job) {
    assertThat(schedule.remove(lanes.get(job.lane), job)).isTrue();
    assertThat(schedule.remove(lanes.get(job.lane), job)).as("not twice").isFalse();
    leave(job, End.CANCELLED);
  }

  private void dispatch() {
    while (true) {
      var before = Map.copyOf(served());
      var run = schedule.next(now);
      tellDropped();
      if (run == null) {
        break;
      }
      check(run, before);
      begin(run);
    }
    checkNothingIdles();
  }

  private Map<LaneQueue<Request>, Double> served() {
    var served = new HashMap<LaneQueue<Request>, Double>();
    lanes.forEach(lane -> served.put(lane, lane.served));
    return served;
  }

  private void tellDropped() {
    for (var dropped : schedule.takeDropped()) {
      switch (dropped.why()) {
        case Refusal.Passed _ -> {
          assertThat(dropped.job().deadline() - now).isLessThanOrEqualTo(0);
          leave(dropped.job(), End.EXPIRED);
        }
        case Refusal.TooLate late -> {
          assertThat(late.expected()).isGreaterThan(late.available());
          leave(dropped.job(), End.HOPELESS);
        }
        case Refusal.Full full -> throw new AssertionError(full);
      }
    }
  }

  private void check(Run<Request> run, Map<LaneQueue<Request>, Double> served) {
    var jobs = run.jobs();
    var head = jobs.getFirst();
    var settings = run.lane().settings();
    int rows = jobs.stream().mapToInt(Request::rows).sum();
    assertThat(run.rows()).isEqualTo(rows);
    assertThat(jobs.size() == 1 || rows <= settings.maxBatchRows()).as("not over-full").isTrue();
    assertThat(jobs).as("none too late").allMatch(job -> job.deadline() - now > 0);
    assertThat(jobs)
        .as("what can run together")
        .allMatch(job -> job.batchKey().equals(head.batchKey()) && job.lane == head.lane);
    assertThat(jobs).allMatch(job -> job.isShadow() == head.isShadow());
    assertThat(jobs.size() == 1 || jobs.stream().noneMatch(isolated::contains)).isTrue();
    assertThat(lanes.get(head.lane)).isSameAs(run.lane());
    assertThat(run.lane().running()).isLessThanOrEqualTo(settings.runners());
    if (run.shadow) {
      checkShadows();
    } else {
      checkOrder(run, head);
      checkFairness(run, head, served);
    }
  }

  private void checkShadows() {
    assertThat(queued).as("no request waits").allMatch(Request::isShadow);
    if (running.stream().anyMatch(other -> !other.run.shadow && !other.run.isExcused())) {
      assertThat((double) shadowTimeBeside)
          .as("beside requests only for their share")
          .isLessThanOrEqualTo(0.01 * requestTime + 20_000_000);
    }
  }

  // Within a version: by priority, then by deadline, except for whoever was passed over often
  // enough.
  private void checkOrder(Run<Request> run, Request head) {
    var waiting = queued.stream().filter(r -> r.lane == head.lane && !r.isShadow()).toList();
    var left = waiting.stream().filter(r -> !run.jobs().contains(r)).toList();
    boolean owed = passesOf.getOrDefault(run.lane(), 0) >= LaneQueue.MOST_PASSES;
    if (!owed || now - since(head) < LaneQueue.PATIENCE) {
      assertThat(left).as("the most urgent goes first").allMatch(r -> !isBefore(r, head));
    }
    for (var job : run.jobs().subList(1, run.jobs().size())) {
      assertThat(left)
          .as("in order of urgency")
          .allMatch(r -> !r.batchKey().equals(head.batchKey()) || !isBefore(r, job));
    }
    boolean impatient = left.stream().anyMatch(r -> now - since(r) >= LaneQueue.PATIENCE);
    boolean oldestFirst = waiting.stream().allMatch(r -> since(head) - since(r) <= 0);
    int passes = passesOf.getOrDefault(run.lane(), 0);
    passesOf.put(run.lane(), impatient && !oldestFirst ? passes + 1 : 0);
    run.jobs().forEach(passedOver::remove);
    left.stream()
        .filter(r -> now - since(r) >= LaneQueue.PATIENCE)
        .min(Comparator.comparingLong(r -> since(r) - start))
        .ifPresent(
            oldest ->
                assertThat(passedOver.merge(oldest, 1, Integer::sum))
                    .as("%s waits for %s", oldest, run.jobs())
                    .isLessThanOrEqualTo(LaneQueue.MOST_PASSES));
  }

  private boolean isBefore(Request one, Request other) {
    var settings = lanes.get(one.lane).settings();
    int levels =
        Integer.compare(settings.levelOf(one.priority()), settings.levelOf(other.priority()));
    return levels == 0 ? one.deadline() - other.deadline() < 0 : levels < 0;
  }

  // Between versions: whoever has to start first, among those that are not too far ahead.
  private void checkFairness(
      Run<Request> run, Request head, Map<LaneQueue<Request>, Double> served) {
    var candidates = new ArrayList<LaneQueue<Request>>();
    for (var lane : lanes) {
      boolean hasFree = lane.running() - (lane == run.lane() ? 1 : 0) < lane.settings().runners();
      if (hasFree && (lane == run.lane() || lane.hasRequests())) {
        candidates.add(lane);
      }
    }
    double least =
        candidates.stream().mapToDouble(lane -> served.getOrDefault(lane, 0.0)).min().orElseThrow();
    assertThat(served.get(run.lane()))
        .as("not further ahead than fair")
        .isLessThanOrEqualTo(least + Schedule.FAIRNESS);
    for (var other : candidates) {
      if (other != run.lane() && served.getOrDefault(other, 0.0) <= least + Schedule.FAIRNESS) {
        var rival = other.head(now);
        assertThat(latestStart(rival) - latestStart(head))
            .as("an inversion within the fairness bound: %s before %s", head, rival)
            .isGreaterThanOrEqualTo(0);
      }
    }
  }

  private long since(Request request) {
    return Objects.requireNonNull(since.get(request));
  }

  private long latestStart(@Nullable Request head) {
    var job = Objects.requireNonNull(head);
    return job.deadline() - lanes.get(job.lane).times().typical(job.rows());
  }

  private void begin(Run<Request> run) {
    reasons.add(run.reason());
    run.jobs().forEach(job -> assertThat(queued.remove(job)).as("%s waited", job).isTrue());
    run.jobs().forEach(isolated::remove);
    long held = paces.get(run.jobs().getFirst().lane).held(run.rows(), random);
    long hung = random.nextInt(200) == 0 ? 400_000_000 : 0;
    running.add(new Ending(run, now + held + hung, random.nextInt(20) == 0));
    assertThat(running.stream().filter(ending -> !ending.run.isExcused()))
        .hasSizeLessThanOrEqualTo(runners);
  }

  private void checkNothingIdles() {
    assertThat(schedule.hasWork()).isFalse();
    long busy = running.stream().filter(ending -> !ending.run.isExcused()).count();
    if (busy < runners) {
      boolean requests = queued.stream().anyMatch(r -> !r.isShadow());
      for (var job : queued) {
        var lane = lanes.get(job.lane);
        boolean runnable = lane.running() < lane.settings().runners();
        boolean mayRun = !job.isShadow() || (!requests && busy == 0);
        assertThat(runnable && mayRun).as("%s waits while a runner idles", job).isFalse();
      }
    }
  }

  private void leave(Request job, End end) {
    assertThat(queued.remove(job)).as("%s was queued", job).isTrue();
    isolated.remove(job);
    end(job, end);
  }

  private void end(Request job, End end) {
    assertThat(ends.put(job, end)).as("one end for %s", job).isNull();
  }
}
