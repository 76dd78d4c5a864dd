package io.penstock.inference.lane.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.inference.lane.schedule.OpenLoop.Result;
import io.penstock.inference.lane.schedule.OpenLoop.Version;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the schedule is for, under a virtual clock: an overloaded device goes on answering in time
/// as many as it can, one that is not overloaded keeps its promises, and versions get what their
/// weights say.
class GoodputSimulationTest {

  private static final Duration DEADLINE = Duration.ofMillis(50);
  private static final double REQUESTS = 60_000;
  private static final long SEED = 42;

  /// As measured on this service's machine, with the answers' time.
  private enum Model {
    SMALL_MLP(new ModelPace(40_000, 12_000, 0.2, 0.002), 64),
    LARGE_MLP(new ModelPace(1_600_000, 200_000, 0.1, 0.0002), 64),
    /// Its batches gain nothing.
    SENTENCE_EMBEDDER(new ModelPace(600_000, 4_000_000, 0.1, 0.0002), 64),
    /// On a machine that others use, too.
    DISTURBED(new ModelPace(200_000, 30_000, 0.4, 0.005), 32);

    // A record of numbers is immutable, whatever the checker knows of it.
    @SuppressWarnings("ImmutableEnumChecker")
    private final ModelPace pace;

    private final int maxRows;

    Model(ModelPace pace, int maxRows) {
      this.pace = pace;
      this.maxRows = maxRows;
    }

    double capacity(int runners) {
      return OpenLoop.capacity(pace, runners, maxRows, DEADLINE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void atTwiceTheCapacity_almostAllOfItIsInTime(Model model) {
    for (int runners : List.of(1, 2, 4)) {
      double rate = 2 * model.capacity(runners);
      var result = play(model, runners, rate);
      double goodput = result.inTime / (REQUESTS / rate) / model.capacity(runners);
      System.out.printf(
          "%s, %d runners, load 2: in time %.1f %% of capacity, %.2f %% of those let in (%s)%n",
          model, runners, 100 * goodput, 100 * result.inTimeShare(), result);
      assertThat(goodput).as("%s, %d runners", model, runners).isGreaterThan(0.95);
      assertThat(result.inTimeShare()).isGreaterThan(0.97);
    }
  }

  @ParameterizedTest
  @EnumSource
  void upToNineTenths_whoIsLetInIsInTime(Model model) {
    for (int runners : List.of(1, 2, 4)) {
      for (double load : List.of(0.3, 0.6, 0.9)) {
        var result = play(model, runners, load * model.capacity(runners));
        System.out.printf(
            "%s, %d runners, load %.1f: in time %.3f %% of those let in (%s)%n",
            model, runners, load, 100 * result.inTimeShare(), result);
        assertThat(result.inTimeShare())
            .as("%s, %d runners, %s", model, runners, load)
            .isGreaterThanOrEqualTo(0.999);
      }
    }
  }

  private static Result play(Model model, int runners, double rate) {
    var version = new Version(model.pace, 1, 1, model.maxRows);
    return new OpenLoop(SEED, runners, DEADLINE, List.of(version))
        .play(rate, Duration.ofNanos((long) (REQUESTS / rate * 1e9)))
        .getFirst();
  }

  // Both want all of the device; one has three times the other's weight.
  @Test
  void underOverload_versionsShareByWeight() {
    var pace = new ModelPace(500_000, 100_000, 0.1, 0);
    double capacity = OpenLoop.capacity(pace, 2, 32, DEADLINE);
    var loop =
        new OpenLoop(
            SEED,
            2,
            DEADLINE,
            List.of(new Version(pace, 3, 0.5, 32), new Version(pace, 1, 0.5, 32)));
    var results = loop.play(4 * capacity, Duration.ofSeconds(20));
    double ratio = (double) results.getFirst().held / results.getLast().held;
    assertThat(ratio).as("%s", results).isBetween(2.4, 3.6);
  }

  // Half of the device is one's due, and it asks for less; the other asks for all there is.
  @Test
  void aFlood_doesNotReachTheNeighbour() {
    var pace = new ModelPace(500_000, 100_000, 0.1, 0);
    double capacity = OpenLoop.capacity(pace, 2, 32, DEADLINE);
    var loop =
        new OpenLoop(
            SEED,
            2,
            DEADLINE,
            List.of(new Version(pace, 1, 0.9, 32), new Version(pace, 1, 0.1, 32)));
    var modest = loop.play(3 * capacity, Duration.ofSeconds(20)).getLast();
    assertThat(modest.refusedShare()).as("%s", modest).isLessThan(0.02);
    assertThat(modest.inTimeShare()).as("%s", modest).isGreaterThan(0.995);
  }
}
