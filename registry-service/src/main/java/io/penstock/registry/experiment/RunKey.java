package io.penstock.registry.experiment;

import java.util.Comparator;

/// A key of one run's parameters or tags.
record RunKey(long run, String key) implements Comparable<RunKey> {

  private static final Comparator<RunKey> ORDER =
      Comparator.comparingLong(RunKey::run).thenComparing(RunKey::key);

  @Override
  public int compareTo(RunKey other) {
    return ORDER.compare(this, other);
  }
}
