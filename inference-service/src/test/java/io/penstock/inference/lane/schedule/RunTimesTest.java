package io.penstock.inference.lane.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Random;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class RunTimesTest {

  private static final int MAX_ROWS = 64;

  @Test
  void beforeTheFirstRun_nothingIsExpected() {
    var times = new RunTimes(MAX_ROWS);
    assertThat(times.isKnown()).isFalse();
    assertThat(times.typical(7)).isZero();
    assertThat(times.late(1_000)).isZero();
    assertThat(times.efficient()).isEqualTo(MAX_ROWS);
    assertThat(times.expectations()).isEmpty();
  }

  // Whatever was learned, a larger batch is never expected to be faster, and late is never before
  // typical.
  @RepeatedTest(200)
  void expectations_neverFallWithSize(RepetitionInfo seed) {
    var random = new Random(seed.getCurrentRepetition());
    var times = new RunTimes(1 + random.nextInt(200));
    for (int i = 0; i < 300; i++) {
      times.learn(1 + random.nextInt(220), 1L << random.nextInt(40));
      int efficient = times.efficient();
      assertThat(efficient).isPositive();
      assertThat(times.efficient(1_000_000)).isBetween(1, efficient);
    }
    for (int rows = 1; rows < 300; rows++) {
      assertThat(times.typical(rows)).isLessThanOrEqualTo(times.typical(rows + 1));
      assertThat(times.mean(rows)).isLessThanOrEqualTo(times.mean(rows + 1));
      assertThat(times.late(rows)).isLessThanOrEqualTo(times.late(rows + 1));
      assertThat(times.typical(rows)).isLessThanOrEqualTo(times.mean(rows) + 1);
      assertThat(times.mean(rows)).isLessThanOrEqualTo(times.late(rows) * 2 + 1);
    }
  }

  // Against the exact median of the last runs of a size.
  @RepeatedTest(50)
  void median_isExact(RepetitionInfo seed) {
    var random = new Random(seed.getCurrentRepetition());
    var times = new SizeTimes();
    var last = new ArrayDeque<Long>();
    for (int i = 0; i < 500; i++) {
      long nanos = 900L + random.nextInt(200);
      times.add(nanos);
      last.add(nanos);
      if (last.size() > 31) {
        last.removeFirst();
      }
      long[] sorted = last.stream().mapToLong(Long::longValue).sorted().toArray();
      int middle = sorted.length / 2;
      double exact =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
      assertThat(times.median()).isEqualTo(exact);
    }
  }

  // Against the exact quantiles of a known distribution.
  @RepeatedTest(20)
  void expectations_areNearTheTruth(RepetitionInfo seed) {
    var random = new Random(seed.getCurrentRepetition());
    var pace = new ModelPace(100_000, 20_000, 0.2, 0);
    var times = new RunTimes(MAX_ROWS);
    for (int i = 0; i < 3_000; i++) {
      int rows = 1 + random.nextInt(MAX_ROWS);
      times.learn(rows, pace.held(rows, random));
    }
    for (int rows : new int[] {1, 4, 10, 24, 64}) {
      long[] truth =
          LongStream.range(0, 20_000).map(_ -> pace.held(rows, random)).sorted().toArray();
      assertThat((double) times.typical(rows))
          .as("typical of %d", rows)
          .isCloseTo(truth[10_000], Percentage.withPercentage(15));
      assertThat((double) times.mean(rows))
          .as("mean of %d", rows)
          .isCloseTo(LongStream.of(truth).average().orElseThrow(), Percentage.withPercentage(20));
      assertThat((double) times.late(rows))
          .as("late of %d", rows)
          .isBetween(0.8 * truth[19_800], 1.45 * truth[19_800]);
    }
  }

  @Test
  void aFewOutliers_changeLittle() {
    var random = new Random(42);
    var times = new RunTimes(8);
    for (int i = 0; i < 2_000; i++) {
      times.learn(4, i % 250 == 17 ? 1_000_000_000L : 1_000_000 + random.nextInt(50_000));
    }
    assertThat((double) times.typical(4)).isCloseTo(1_025_000, within(25_000.0));
    assertThat(times.late(4)).isLessThan(1_300_000);
  }

  @Test
  void aChangeOfPace_isFollowedWithinTenRuns() {
    var times = new RunTimes(8);
    for (int i = 0; i < 1_000; i++) {
      times.learn(4, 1_000_000);
    }
    for (int i = 0; i < 10; i++) {
      times.learn(4, 4_000_000);
    }
    assertThat(times.typical(4)).isEqualTo(4_000_000);
    for (int i = 0; i < 10; i++) {
      times.learn(4, 500_000);
    }
    assertThat(times.typical(4)).isEqualTo(500_000);
  }

  @Test
  void unseenSizes_lieBetweenTheSeen_andGoOnBeyondThem() {
    var times = new RunTimes(MAX_ROWS);
    for (int i = 0; i < 20; i++) {
      times.learn(4, 1_000_000);
      times.learn(8, 1_400_000);
    }
    assertThat(times.typical(1)).as("no faster than is known").isEqualTo(1_000_000);
    assertThat(times.typical(6)).isEqualTo(1_200_000);
    assertThat((double) times.typical(16)).isCloseTo(2_200_000, within(1_000.0));
    assertThat(times.late(16)).as("may be in proportion").isGreaterThan(2_800_000);
    assertThat(times.typical(2 * MAX_ROWS)).isEqualTo(2 * times.typical(MAX_ROWS));
  }

  @Test
  void efficient_growsWhereBatchesPay_andStaysSmallWhereTheyDoNot() {
    assertThat(efficientOf(new ModelPace(1_000_000, 50_000, 0.1, 0))).isGreaterThan(48);
    assertThat(efficientOf(new ModelPace(20_000, 4_000_000, 0.02, 0))).isLessThan(5);
  }

  private static int efficientOf(ModelPace pace) {
    var random = new Random(42);
    var times = new RunTimes(MAX_ROWS);
    for (int i = 0; i < 500; i++) {
      int rows = Math.min(1 + random.nextInt(8), times.efficient());
      times.learn(rows, pace.held(rows, random));
      times.learn(times.efficient(), pace.held(times.efficient(), random));
    }
    return times.efficient();
  }
}
