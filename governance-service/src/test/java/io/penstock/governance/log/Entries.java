package io.penstock.governance.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Entries for tests, each different from all others and made again from its number.
final class Entries {

  private Entries() {}

  static byte[] entry(long number) {
    return ("entry " + number).getBytes(UTF_8);
  }

  static List<byte[]> range(long from, long to) {
    var entries = new ArrayList<byte[]>();
    for (long number = from; number < to; number++) {
      entries.add(entry(number));
    }
    return entries;
  }

  /// Appends up to a size in batches of random lengths.
  static void fill(MerkleLog log, long size, Random random, int largestBatch) {
    long from = log.view().orElseThrow().size();
    while (from < size) {
      long to = Math.min(size, from + 1 + random.nextInt(largestBatch));
      log.append(range(from, to));
      from = to;
    }
  }
}
