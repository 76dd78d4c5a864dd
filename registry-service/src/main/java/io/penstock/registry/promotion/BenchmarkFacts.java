package io.penstock.registry.promotion;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Structs;
import com.google.protobuf.util.Values;
import io.penstock.registry.benchmark.Standing;
import io.penstock.registry.benchmark.Standing.Comparison;
import io.penstock.registry.benchmark.Standing.Score;
import java.util.List;

/// What suites say of a version, as a gate's criteria read it: `benchmarks['flights'].auc.low >
/// 0.7`.
final class BenchmarkFacts {

  private BenchmarkFacts() {}

  static Value of(List<Standing> standings) {
    var facts = Struct.newBuilder();
    standings.forEach(standing -> facts.putFields(standing.suite(), of(standing)));
    return Values.of(facts.build());
  }

  private static Value of(Standing standing) {
    var facts =
        Structs.of(
                "run", Values.of(standing.run()),
                "revision", Values.of(standing.revision()))
            .toBuilder()
            .putFields("data", Values.of(standing.data()))
            .putFields("evaluated_by", Values.of(standing.evaluatedBy()))
            .putFields("meets_baseline", Values.of(standing.meetsBaselines()));
    standing.scores().forEach((metric, score) -> facts.putFields(metric, of(score)));
    return Values.of(facts.build());
  }

  private static Value of(Score score) {
    var facts =
        Struct.newBuilder()
            .putFields("value", Values.of(score.value()))
            .putFields("n", Values.of(score.rows()))
            .putFields("meets_baseline", Values.of(score.meetsBaseline()));
    putBounds(facts, score.bounds());
    score.baseline().ifPresent(baseline -> facts.putFields("baseline", of(baseline)));
    return Values.of(facts.build());
  }

  private static Value of(Comparison comparison) {
    var facts =
        Struct.newBuilder()
            .putFields("version", Values.of(comparison.version()))
            .putFields("value", Values.of(comparison.value()))
            .putFields("difference", Values.of(comparison.difference()));
    putBounds(facts, comparison.bounds());
    return Values.of(facts.build());
  }

  // Where the rows do not tell, a criterion that reads a bound finds none and is not met.
  private static void putBounds(Struct.Builder facts, List<Double> bounds) {
    if (!bounds.isEmpty()) {
      facts.putFields("low", Values.of(bounds.getFirst()));
      facts.putFields("high", Values.of(bounds.getLast()));
    }
  }
}
