package io.penstock.inference.routing;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/// Where a request falls in a split: the same key always falls to the same side, on every replica,
/// and stays there as a canary's share grows.
public final class SplitKey {

  // FNV-1a, 64 bit, finished as SplitMix64 does: FNV alone leaves its high bits too even for short
  // keys.
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private final long hash;

  private SplitKey(long hash) {
    this.hash = hash;
  }

  public static SplitKey of(String key) {
    long hash = OFFSET;
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * PRIME;
    }
    return new SplitKey(hash);
  }

  /// For a request that has no key.
  public static SplitKey random() {
    return new SplitKey(ThreadLocalRandom.current().nextLong());
  }

  /// Whether the key falls into the given percentage. The salt keeps the splits of different
  /// models, and of canary and shadow, independent of each other.
  boolean fallsInto(int percent, String salt) {
    long mixed = mix(hash ^ of(salt).hash);
    return Long.remainderUnsigned(mixed, 10_000) < percent * 100L;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
