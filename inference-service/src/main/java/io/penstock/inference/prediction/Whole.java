package io.penstock.inference.prediction;

import io.penstock.inference.lane.Terms.Occasion;
import io.penstock.inference.routing.SplitKey;
import java.time.Instant;

/// What a prediction hands on to those that it is made of.
record Whole(Origin origin, SplitKey key, Instant occurredAt) {

  // Beyond what a graph may be when it is loaded; models that are swapped later could make it so.
  private static final int MOST_DEPTH = 8;

  static Whole of(Occasion occasion, Instant now, long ticks) {
    if (occasion instanceof Prediction known) {
      requireDepth(known.origin().depth());
      return new Whole(known.origin(), known.key(), known.occurredAt());
    }
    return new Whole(Origin.ofNobody(now, ticks), SplitKey.random(), now);
  }

  private static void requireDepth(int depth) {
    if (depth >= MOST_DEPTH) {
      throw new IllegalStateException("graphs within graphs, %d deep".formatted(depth));
    }
  }
}
