package io.penstock.governance.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/// Entries for tests, each different from all others and made again from its number.
public final class Entries {

  private Entries() {}

  public static byte[] entry(long number) {
    return ("entry " + number).getBytes(UTF_8);
  }

  public static List<byte[]> range(long from, long to) {
    var entries = new ArrayList<byte[]>();
    for (long number = from; number < to; number++) {
      entries.add(entry(number));
    }
    return entries;
  }
}
