package io.penstock.registry.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunPointTest {

  @Test
  void latest_isWhatAScanFinds_inWhateverOrderThePointsCome() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      var points = points(random, 1 + random.nextInt(60));
      var history = RunPoint.history(points);
      assertThat(RunPoint.latest(history)).as("seed %d", seed).isEqualTo(scan(points));
      Collections.shuffle(points, random);
      assertThat(RunPoint.history(points)).as("seed %d", seed).isEqualTo(history);
    }
  }

  @Test
  void history_holdsEveryPointOnce() {
    var nan = new RunPoint(1, 1, Double.NaN, 0, 0);
    var zero = new RunPoint(1, 1, 0.0, 0, 0);
    var negativeZero = new RunPoint(1, 1, -0.0, 0, 0);
    assertThat(RunPoint.history(List.of(nan, zero, negativeZero, nan))).hasSize(2);
  }

  private static List<RunPoint> points(Random random, int count) {
    var points = new ArrayList<RunPoint>();
    for (int i = 0; i < count; i++) {
      points.add(
          new RunPoint(
              random.nextInt(3),
              random.nextInt(3),
              random.nextInt(4) == 0 ? Double.NaN : random.nextInt(3),
              random.nextInt(4) - 1,
              random.nextInt(4)));
    }
    return points;
  }

  // The rule itself, without its cleverness.
  private static List<RunPoint> scan(List<RunPoint> points) {
    var latest = new ArrayList<RunPoint>();
    for (int run = 0; run < 3; run++) {
      for (int key = 0; key < 3; key++) {
        int wantedRun = run;
        int wantedKey = key;
        points.stream()
            .filter(point -> point.run() == wantedRun && point.key() == wantedKey)
            .max(
                Comparator.comparingLong(RunPoint::step)
                    .thenComparingLong(RunPoint::timeMs)
                    .thenComparingDouble(RunPoint::value))
            .ifPresent(latest::add);
      }
    }
    return latest;
  }
}
