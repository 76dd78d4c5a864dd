package io.penstock.registry.design;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.penstock.registry.design.DesignMetric.Goal;
import io.penstock.registry.design.VariantResult.Difference;
import io.penstock.registry.design.VariantResult.MetricResult;
import io.penstock.registry.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What the finished runs of each variant reached.
///
/// @param remarks what a reader has to know before believing it
record ResultTable(ExperimentDesign design, List<VariantResult> variants, List<String> remarks) {
  ResultTable {
    variants = List.copyOf(variants);
    remarks = List.copyOf(remarks);
  }

  static ResultTable of(ExperimentDesign design, List<ScoredRun> runs) {
    var byVariant = runs.stream().collect(groupingBy(ScoredRun::variant));
    var scores =
        design.variantNames().stream()
            .collect(
                toMap(
                    Function.identity(),
                    variant -> scores(design, byVariant.getOrDefault(variant, List.of()))));
    var results =
        design.variantNames().stream()
            .map(
                variant ->
                    result(
                        design, variant, byVariant.getOrDefault(variant, List.of()).size(), scores))
            .toList();
    return new ResultTable(design, results, Remarks.of(design, runs, scores));
  }

  private static List<Scores> scores(ExperimentDesign design, List<ScoredRun> runs) {
    return design.metrics().stream().map(metric -> Scores.of(metric, runs)).toList();
  }

  private static VariantResult result(
      ExperimentDesign design, String variant, int runs, Map<String, List<Scores>> scores) {
    var own = scores.getOrDefault(variant, List.of());
    var base = scores.getOrDefault(design.baseline(), List.of());
    var metrics = new ArrayList<MetricResult>();
    for (int i = 0; i < own.size(); i++) {
      var compared =
          variant.equals(design.baseline()) ? Optional.<Estimate>empty() : base.get(i).estimate();
      metrics.add(metric(own.get(i), compared, design.confidence()));
    }
    return new VariantResult(variant, runs, metrics);
  }

  private static MetricResult metric(Scores scores, Optional<Estimate> base, double confidence) {
    var estimate = scores.estimate();
    return new MetricResult(
        scores.metric().key(),
        scores.n(),
        estimate.map(Estimate::value).orElse(0.0),
        estimate.flatMap(it -> it.interval(confidence)),
        estimate.flatMap(
            it -> base.map(from -> difference(scores.metric(), from, it, confidence))));
  }

  private static Difference difference(
      DesignMetric metric, Estimate from, Estimate to, double confidence) {
    var interval = to.differenceFrom(from, confidence);
    return new Difference(
        to.value() - from.value(),
        interval,
        interval.filter(it -> isBetter(metric.goal(), it)).isPresent());
  }

  private static boolean isBetter(Goal goal, Interval difference) {
    return switch (goal) {
      case MAXIMIZE -> difference.lower() > 0;
      case MINIMIZE -> difference.upper() < 0;
    };
  }
}
