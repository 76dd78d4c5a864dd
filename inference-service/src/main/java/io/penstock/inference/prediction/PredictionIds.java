package io.penstock.inference.prediction;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Ids of predictions: UUIDs of version 7 (RFC 9562), which sort by time and so keep the indexes of
/// those who store them compact.
final class PredictionIds {

  private static final long VERSION = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private PredictionIds() {}

  static String next(long epochMillis) {
    var random = ThreadLocalRandom.current();
    long high = (epochMillis << 16) | VERSION | (random.nextLong() & 0x0FFF);
    long low = VARIANT | (random.nextLong() >>> 2);
    return new UUID(high, low).toString();
  }
}
