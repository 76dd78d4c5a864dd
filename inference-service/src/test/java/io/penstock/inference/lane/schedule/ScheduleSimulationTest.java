package io.penstock.inference.lane.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Ten thousand seeded schedules under a virtual clock: several versions with priorities, weights,
/// shadows, noisy and failing runs, cancellations and one to four runners, with every promise of
/// the schedule checked at every step. `-Dschedule.seed=N` plays one of them again.
class ScheduleSimulationTest {

  private static final long SEED = 42;
  private static final int SCHEDULES = 10_000;

  @Test
  void everySchedule_keepsThePromises() {
    var ends = new EnumMap<SimulatedDevice.End, Integer>(SimulatedDevice.End.class);
    var reasons = new EnumMap<DispatchReason, Integer>(DispatchReason.class);
    var replayed = Long.getLong("schedule.seed");
    if (replayed != null) {
      play(replayed, ends, reasons);
      return;
    }
    for (long seed = SEED; seed < SEED + SCHEDULES; seed++) {
      play(seed, ends, reasons);
    }
    assertThat(ends).as("all ends were met").containsKeys(SimulatedDevice.End.values());
    assertThat(reasons)
        .as("all reasons of a lane were met")
        .containsKeys(
            DispatchReason.IDLE,
            DispatchReason.BACKLOG,
            DispatchReason.FULL,
            DispatchReason.EFFICIENT,
            DispatchReason.DEADLINE,
            DispatchReason.ISOLATED);
  }

  private static void play(
      long seed, Map<SimulatedDevice.End, Integer> ends, Map<DispatchReason, Integer> reasons) {
    try {
      var device = new SimulatedDevice(seed);
      device.play();
      device.ends().forEach(end -> ends.merge(end, 1, Integer::sum));
      device.reasons().forEach(reason -> reasons.merge(reason, 1, Integer::sum));
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("schedule of seed " + seed + ": -Dschedule.seed=" + seed, e);
    }
  }
}
