package io.penstock.inference.lane.schedule;

import java.util.Random;

/// How long runs really take in a simulation: so much a run and so much a row, give or take a
/// log-normal deviation, and now and then a run that something else held up.
///
/// @param sigma of the deviation; 0.1 is about 10 %
/// @param hiccups part of the runs that take several times as long
record ModelPace(long nanosPerRun, long nanosPerRow, double sigma, double hiccups) {

  static ModelPace random(Random random) {
    return new ModelPace(
        20_000 + random.nextInt(2_000_000),
        1_000 + random.nextInt(300_000),
        random.nextInt(4) * 0.1,
        random.nextInt(3) * 0.005);
  }

  ModelPace times(int factor) {
    return new ModelPace(factor * nanosPerRun, factor * nanosPerRow, sigma, hiccups);
  }

  long held(int rows, Random random) {
    double time = (nanosPerRun + nanosPerRow * (double) rows);
    double hiccup = random.nextDouble() < hiccups ? 2 + random.nextInt(4) : 1;
    return Math.max(1, (long) (time * hiccup * Math.exp(sigma * random.nextGaussian())));
  }
}
