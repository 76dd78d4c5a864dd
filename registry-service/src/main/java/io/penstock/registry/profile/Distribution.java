package io.penstock.registry.profile;

import java.util.List;
import java.util.Map;

/// How the values of a column are distributed.
public sealed interface Distribution {

  /// Counts between fixed edges, one bin more than edges.
  record Bins(List<Double> edges, List<Long> counts) implements Distribution {
    public Bins {
      edges = List.copyOf(edges);
      counts = List.copyOf(counts);
    }
  }

  /// Counts of values that were listed, and of all that were not.
  record Categories(Map<String, Long> counts, long other) implements Distribution {
    public Categories {
      counts = Map.copyOf(counts);
    }
  }

  default long values() {
    return switch (this) {
      case Bins(var _, var counts) -> counts.stream().mapToLong(Long::longValue).sum();
      case Categories(var counts, var other) ->
          other + counts.values().stream().mapToLong(Long::longValue).sum();
    };
  }
}
