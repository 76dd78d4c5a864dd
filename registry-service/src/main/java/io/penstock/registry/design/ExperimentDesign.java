package io.penstock.registry.design;

import io.penstock.registry.NamePattern;
import java.time.Instant;
import java.util.List;

/// One revision of what an experiment wants to find out.
///
/// @param baseline the variant that the others are compared with
/// @param split the name of the split that every run is to use; may be empty
/// @param runsBefore runs of the variants that had finished when this revision was made
record ExperimentDesign(
    String experiment,
    int revision,
    String hypothesis,
    List<DesignVariant> variants,
    String baseline,
    List<DesignMetric> metrics,
    double confidence,
    String split,
    Instant createTime,
    String createdBy,
    int runsBefore) {

  private static final NamePattern NAMES =
      NamePattern.of("experiments/{experiment}/designs/{revision}");

  ExperimentDesign {
    variants = List.copyOf(variants);
    metrics = List.copyOf(metrics);
  }

  String name() {
    return NAMES.format(experiment, revision);
  }

  List<String> variantNames() {
    return variants.stream().map(DesignVariant::name).toList();
  }

  /// Every metric that has to be read to judge the variants.
  List<String> metricKeys() {
    return metrics.stream()
        .flatMap(metric -> List.of(metric.key(), metric.trialsKey()).stream())
        .filter(key -> !key.isEmpty())
        .distinct()
        .toList();
  }

  ExperimentDesign as(int newRevision, int finishedRuns) {
    return new ExperimentDesign(
        experiment,
        newRevision,
        hypothesis,
        variants,
        baseline,
        metrics,
        confidence,
        split,
        createTime,
        createdBy,
        finishedRuns);
  }
}
