package io.penstock.monitoring.drift;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Two samples counted in the same bins: training and a window.
record BinnedSamples(long[] reference, long[] window) {

  // Cochran's rule: below five expected the statistic does not follow its distribution closely.
  private static final double LEAST_EXPECTED = 5;

  long referenceTotal() {
    return Arrays.stream(reference).sum();
  }

  long windowTotal() {
    return Arrays.stream(window).sum();
  }

  int bins() {
    return reference.length;
  }

  /// The same samples with sparse bins joined until each would hold at least five values of either
  /// sample if the two were alike. Neighbours are joined where neighbouring bins are alike, the
  /// rarest where they are not. Only the sum of both samples decides what is joined, so the choice
  /// says nothing about their difference.
  BinnedSamples withoutSparseBins(boolean ordered) {
    int[] order = ordered ? IntStream.range(0, bins()).toArray() : commonestFirst();
    double smallerShare =
        (double) Math.min(referenceTotal(), windowTotal()) / (referenceTotal() + windowTotal());
    long[] joinedReference = new long[bins()];
    long[] joinedWindow = new long[bins()];
    int last = 0;
    for (int bin : order) {
      double expected = (joinedReference[last] + joinedWindow[last]) * smallerShare;
      last += expected >= LEAST_EXPECTED ? 1 : 0;
      joinedReference[last] += reference[bin];
      joinedWindow[last] += window[bin];
    }
    if (last > 0 && (joinedReference[last] + joinedWindow[last]) * smallerShare < LEAST_EXPECTED) {
      joinedReference[last - 1] += joinedReference[last];
      joinedWindow[last - 1] += joinedWindow[last];
      last--;
    }
    return new BinnedSamples(
        Arrays.copyOf(joinedReference, last + 1), Arrays.copyOf(joinedWindow, last + 1));
  }

  private int[] commonestFirst() {
    return IntStream.range(0, bins())
        .boxed()
        .sorted(Comparator.comparingLong((Integer bin) -> -(reference[bin] + window[bin])))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
