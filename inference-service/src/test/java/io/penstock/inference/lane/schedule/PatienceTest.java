package io.penstock.inference.lane.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// A request of the lowest priority beside a stream of urgent ones that never ends.
class PatienceTest {

  private static final long RUN = 10_000_000;
  private static final long LONG = 60_000_000_000L;

  private final Schedule<Request> schedule = new Schedule<>(1);
  private final LaneQueue<Request> lane =
      schedule.open(new LaneSettings(1, 1, 100, 1 << 20, 1, 2, 1, 1, Duration.ofSeconds(30)));
  private long now;
  private int ids;

  @Test
  void whoIsOutOfPatience_isPassedOverThreeTimes() {
    var patient = request(2);
    offer(patient);
    int passes = 0;
    for (var run = next(); run != patient; run = next()) {
      passes += now - RUN >= LaneQueue.PATIENCE ? 1 : 0;
      assertThat(passes).isLessThanOrEqualTo(LaneQueue.MOST_PASSES);
    }
    assertThat(now).isGreaterThanOrEqualTo(LaneQueue.PATIENCE);
    assertThat(passes).isEqualTo(LaneQueue.MOST_PASSES);
  }

  // There is always another urgent one when the runner is free.
  private Request next() {
    offer(request(1));
    var run = Objects.requireNonNull(schedule.next(now));
    now += RUN;
    schedule.finished(run, now, true);
    return run.jobs().getFirst();
  }

  private void offer(Request request) {
    assertThat(schedule.offer(lane, request, now)).isNull();
  }

  private Request request(int priority) {
    return new Request(ids++, 0, now + LONG, 1, "", false, priority);
  }
}
