package io.penstock.registry.benchmark;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.BenchmarkMetric;
import io.penstock.proto.registry.v1.BenchmarkSuite;
import io.penstock.registry.Limits;
import io.penstock.registry.NamePattern;
import io.penstock.registry.StoredProtos;
import io.penstock.registry.Times;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.benchmark.SuiteMetric.Baseline;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;

/// Suites on the wire; whatever comes from there is checked here.
final class SuiteProtos {

  private static final NamePattern MODELS = NamePattern.of("models/{model}");
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final int MOST_COLUMNS = 1_000;

  private SuiteProtos() {}

  static String model(String parent) {
    return MODELS.parse("parent", parent).getFirst();
  }

  static SuiteName newName(String parent, String id) {
    var problems = new InvalidArguments();
    Limits.chosenId(problems, "suite_id", id);
    problems.throwIfAny();
    return new SuiteName(model(parent), id);
  }

  /// @param data of the suite, which may have been looked up
  static Suite fromProto(
      SuiteName name, BenchmarkSuite given, ArtifactDigest data, Instant now, String caller) {
    var problems = new InvalidArguments();
    Limits.text(problems, "suite.description", given.getDescription(), Limits.DESCRIPTION);
    Limits.key(problems, "suite.label", given.getLabel());
    Limits.text(problems, "suite.output", given.getOutput(), Limits.KEY);
    checkColumns(problems, given);
    checkMetrics(problems, given);
    checkInterval(problems, given);
    problems.throwIfAny();
    return suite(name, given, data, 0, 0, now, caller);
  }

  private static void checkColumns(InvalidArguments problems, BenchmarkSuite suite) {
    var columns = suite.getColumnsList();
    problems.addIf(
        columns.size() > MOST_COLUMNS,
        "suite.columns",
        "are %d, expected at most %d".formatted(columns.size(), MOST_COLUMNS));
    problems.addIf(
        new HashSet<>(columns).size() < columns.size(), "suite.columns", "has one twice");
    problems.addIf(
        columns.contains(suite.getLabel()),
        "suite.columns",
        "has the label, which no model may read");
  }

  private static void checkMetrics(InvalidArguments problems, BenchmarkSuite suite) {
    problems.addIf(suite.getMetricsCount() == 0, "suite.metrics", "is empty, expected 1 or more");
    var measures = new HashSet<io.penstock.proto.registry.v1.Measure>();
    for (int i = 0; i < suite.getMetricsCount(); i++) {
      var metric = suite.getMetrics(i);
      var field = "suite.metrics[%d]".formatted(i);
      problems.addIf(!measures.add(metric.getMeasure()), field + ".measure", "comes twice");
      switch (metric.getMeasure()) {
        case MEASURE_UNSPECIFIED, UNRECOGNIZED ->
            problems.add(field + ".measure", "expected one of the measures");
        case MEASURE_AUC,
            MEASURE_ACCURACY,
            MEASURE_BRIER,
            MEASURE_LOG_LOSS,
            MEASURE_RMSE,
            MEASURE_MAE -> {}
      }
      problems.addIf(
          metric.hasValue() && !Double.isFinite(metric.getValue()),
          field + ".value",
          "is not finite");
    }
  }

  private static void checkInterval(InvalidArguments problems, BenchmarkSuite suite) {
    if (suite.hasInterval()) {
      var interval = Times.duration(suite.getInterval());
      problems.addIf(
          interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0,
          "suite.interval",
          "was %s, expected %s to %s".formatted(interval, SHORTEST, LONGEST));
    }
  }

  private static Suite suite(
      SuiteName name,
      BenchmarkSuite suite,
      ArtifactDigest data,
      int revision,
      int rows,
      Instant time,
      String by) {
    return new Suite(
        name,
        suite.getDescription(),
        data,
        suite.getDataset(),
        suite.getDatasetPath(),
        suite.getLabel(),
        suite.getColumnsList(),
        suite.getOutput(),
        suite.getMetricsList().stream().map(SuiteProtos::metric).toList(),
        suite.hasInterval() ? Optional.of(Times.duration(suite.getInterval())) : Optional.empty(),
        revision,
        rows,
        time,
        by);
  }

  private static SuiteMetric metric(BenchmarkMetric metric) {
    return new SuiteMetric(
        measure(metric.getMeasure()),
        switch (metric.getBaselineCase()) {
          case VALUE -> new Baseline.Fixed(metric.getValue());
          case PRODUCTION ->
              metric.getProduction() ? new Baseline.Production() : new Baseline.None();
          case BASELINE_NOT_SET -> new Baseline.None();
        });
  }

  static Measure measure(io.penstock.proto.registry.v1.Measure measure) {
    return Measure.valueOf(measure.name().substring("MEASURE_".length()));
  }

  static io.penstock.proto.registry.v1.Measure toProto(Measure measure) {
    return io.penstock.proto.registry.v1.Measure.valueOf("MEASURE_" + measure.name());
  }

  /// As it is stored.
  static byte[] encode(Suite suite) {
    return toProto(suite).toByteArray();
  }

  static Suite decode(byte[] stored) {
    return ofStored(StoredProtos.parse(BenchmarkSuite.parser(), stored));
  }

  static Suite ofStored(BenchmarkSuite suite) {
    return suite(
        SuiteName.parse("name", suite.getName()),
        suite,
        ArtifactDigest.ofName("data", suite.getData()),
        suite.getRevision(),
        suite.getRows(),
        Times.fromProto(suite.getUpdateTime()),
        suite.getUpdatedBy());
  }

  static BenchmarkSuite toProto(Suite suite) {
    var proto =
        BenchmarkSuite.newBuilder()
            .setName(suite.name().toString())
            .setDescription(suite.description())
            .setData(suite.data().name())
            .setDataset(suite.dataset())
            .setDatasetPath(suite.datasetPath())
            .setLabel(suite.label())
            .addAllColumns(suite.columns())
            .setOutput(suite.output())
            .addAllMetrics(suite.metrics().stream().map(SuiteProtos::toProto).toList())
            .setRevision(suite.revision())
            .setRows(suite.rows())
            .setUpdateTime(Times.toProto(suite.updateTime()))
            .setUpdatedBy(suite.updatedBy());
    suite.interval().map(Times::toProto).ifPresent(proto::setInterval);
    return proto.build();
  }

  private static BenchmarkMetric toProto(SuiteMetric metric) {
    var proto = BenchmarkMetric.newBuilder().setMeasure(toProto(metric.measure()));
    return switch (metric.baseline()) {
      case Baseline.None() -> proto.build();
      case Baseline.Fixed(var value) -> proto.setValue(value).build();
      case Baseline.Production() -> proto.setProduction(true).build();
    };
  }
}
