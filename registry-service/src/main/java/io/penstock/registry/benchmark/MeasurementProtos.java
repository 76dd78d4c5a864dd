package io.penstock.registry.benchmark;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.BenchmarkComparison;
import io.penstock.proto.registry.v1.BenchmarkInput;
import io.penstock.proto.registry.v1.BenchmarkResult;
import io.penstock.proto.registry.v1.BenchmarkRun;
import io.penstock.proto.registry.v1.BenchmarkRunState;
import io.penstock.proto.registry.v1.CompleteBenchmarkRunRequest;
import io.penstock.proto.registry.v1.ConfidenceInterval;
import io.penstock.registry.Limits;
import io.penstock.registry.StoredProtos;
import io.penstock.registry.Times;
import io.penstock.registry.benchmark.Measurement.Ending;
import io.penstock.registry.benchmark.Result.Comparison;
import io.penstock.registry.statistics.Interval;
import io.penstock.registry.version.VersionName;
import java.util.Optional;

/// Runs of suites on the wire and as they are stored.
final class MeasurementProtos {

  private MeasurementProtos() {}

  static void check(CompleteBenchmarkRunRequest request) {
    var problems = new InvalidArguments();
    Limits.text(problems, "error", request.getError(), Limits.COMMENT);
    Limits.text(problems, "evaluator", request.getEvaluator(), Limits.KEY);
    problems.addIf(
        request.getError().isEmpty() == (request.getPredictionsCount() == 0),
        "predictions",
        "are %d, expected either predictions or an error".formatted(request.getPredictionsCount()));
    problems.throwIfAny();
  }

  static double[] predictions(CompleteBenchmarkRunRequest request) {
    return request.getPredictionsList().stream().mapToDouble(Double::doubleValue).toArray();
  }

  static byte[] encode(Measurement run) {
    return toProto(run).toByteArray();
  }

  static Measurement decode(byte[] stored) {
    var run = StoredProtos.parse(BenchmarkRun.parser(), stored);
    return new Measurement(
        MeasurementName.parse("name", run.getName()),
        SuiteProtos.ofStored(run.getSuite()),
        VersionName.parse("version", run.getVersion()),
        run.getInputsList().stream()
            .map(input -> new InputColumns(input.getInput(), input.getColumnsList()))
            .toList(),
        run.getOutput(),
        Times.fromProto(run.getCreateTime()),
        run.getCreatedBy(),
        run.hasEndTime() ? Optional.of(ending(run)) : Optional.empty());
  }

  private static Ending ending(BenchmarkRun run) {
    return new Ending(
        run.getResultsList().stream().map(MeasurementProtos::result).toList(),
        run.getError(),
        run.getEvaluator(),
        Times.fromProto(run.getEndTime()),
        run.getEvaluatedBy());
  }

  private static Result result(BenchmarkResult result) {
    return new Result(
        SuiteProtos.measure(result.getMeasure()),
        result.getValue(),
        result.hasInterval() ? Optional.of(interval(result.getInterval())) : Optional.empty(),
        result.getN(),
        result.hasComparison() ? Optional.of(comparison(result.getComparison())) : Optional.empty(),
        result.getMeetsBaseline());
  }

  private static Comparison comparison(BenchmarkComparison comparison) {
    return new Comparison(
        comparison.getVersion().isEmpty()
            ? Optional.empty()
            : Optional.of(VersionName.parse("version", comparison.getVersion())),
        comparison.getValue(),
        comparison.getDifference(),
        comparison.hasInterval()
            ? Optional.of(interval(comparison.getInterval()))
            : Optional.empty());
  }

  private static Interval interval(ConfidenceInterval interval) {
    return new Interval(interval.getLower(), interval.getUpper());
  }

  static BenchmarkRun toProto(Measurement run) {
    var proto =
        BenchmarkRun.newBuilder()
            .setName(run.name().toString())
            .setVersion(run.version().toString())
            .setSuite(SuiteProtos.toProto(run.suite()))
            .addAllInputs(run.inputs().stream().map(MeasurementProtos::toProto).toList())
            .setOutput(run.output())
            .setState(state(run.state()))
            .setCreateTime(Times.toProto(run.createTime()))
            .setCreatedBy(run.createdBy());
    run.ending().ifPresent(ending -> put(ending, proto));
    return proto.build();
  }

  private static BenchmarkRunState state(Measurement.State state) {
    return switch (state) {
      case PENDING -> BenchmarkRunState.BENCHMARK_RUN_STATE_PENDING;
      case SUCCEEDED -> BenchmarkRunState.BENCHMARK_RUN_STATE_SUCCEEDED;
      case FAILED -> BenchmarkRunState.BENCHMARK_RUN_STATE_FAILED;
    };
  }

  private static void put(Ending ending, BenchmarkRun.Builder proto) {
    proto
        .addAllResults(ending.results().stream().map(MeasurementProtos::toProto).toList())
        .setError(ending.error())
        .setEvaluator(ending.evaluator())
        .setEndTime(Times.toProto(ending.time()))
        .setEvaluatedBy(ending.by());
  }

  private static BenchmarkInput toProto(InputColumns input) {
    return BenchmarkInput.newBuilder()
        .setInput(input.input())
        .addAllColumns(input.columns())
        .build();
  }

  private static BenchmarkResult toProto(Result result) {
    var proto =
        BenchmarkResult.newBuilder()
            .setMeasure(SuiteProtos.toProto(result.measure()))
            .setValue(result.value())
            .setN(result.rows())
            .setMeetsBaseline(result.meetsBaseline());
    result.interval().map(MeasurementProtos::toProto).ifPresent(proto::setInterval);
    result.comparison().map(MeasurementProtos::toProto).ifPresent(proto::setComparison);
    return proto.build();
  }

  private static BenchmarkComparison toProto(Comparison comparison) {
    var proto =
        BenchmarkComparison.newBuilder()
            .setVersion(comparison.version().map(VersionName::toString).orElse(""))
            .setValue(comparison.value())
            .setDifference(comparison.difference());
    comparison.interval().map(MeasurementProtos::toProto).ifPresent(proto::setInterval);
    return proto.build();
  }

  private static ConfidenceInterval toProto(Interval interval) {
    return ConfidenceInterval.newBuilder()
        .setLower(interval.lower())
        .setUpper(interval.upper())
        .build();
  }
}
