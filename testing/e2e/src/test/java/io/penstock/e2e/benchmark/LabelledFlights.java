package io.penstock.e2e.benchmark;

import java.util.SplittableRandom;

/// Flights whose delay depends on the hour, and on the distance a little.
final class LabelledFlights {

  private static final long SEED = 7;

  private LabelledFlights() {}

  static String csv(int rows) {
    var random = new SplittableRandom(SEED);
    var csv = new StringBuilder("hour,distance,late\n");
    for (int row = 0; row < rows; row++) {
      double hour = random.nextDouble(-1, 1);
      double distance = random.nextDouble(-1, 1);
      boolean late = random.nextDouble() < 1 / (1 + Math.exp(-3 * hour - 0.5 * distance));
      csv.append(hour).append(',').append(distance).append(',').append(late ? 1 : 0).append('\n');
    }
    return csv.toString();
  }
}
