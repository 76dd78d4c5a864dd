package io.penstock.registry.design;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.CompareRunsRequest;
import io.penstock.proto.registry.v1.ConfidenceInterval;
import io.penstock.proto.registry.v1.MetricComparison;
import io.penstock.proto.registry.v1.MetricDifference;
import io.penstock.proto.registry.v1.ParamComparison;
import io.penstock.proto.registry.v1.ParamValue;
import io.penstock.proto.registry.v1.RerunRunRequest;
import io.penstock.proto.registry.v1.RunMetric;
import io.penstock.registry.Limits;
import io.penstock.registry.design.VariantResult.Difference;
import io.penstock.registry.design.VariantResult.MetricResult;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.statistics.Interval;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Result tables and comparisons on the wire.
final class ResultProtos {

  private static final int MOST_RUNS = 20;

  private ResultProtos() {}

  static List<RunName> fromProto(CompareRunsRequest request) {
    int count = request.getNamesCount();
    if (count < 2 || count > MOST_RUNS) {
      throw InvalidArguments.of(
          "names", "has %d runs, expected 2 to %d".formatted(count, MOST_RUNS));
    }
    return IntStream.range(0, count)
        .mapToObj(i -> RunName.parse("names[%d]".formatted(i), request.getNames(i)))
        .toList();
  }

  static String displayName(RerunRunRequest request) {
    var problems = new InvalidArguments();
    Limits.text(problems, "display_name", request.getDisplayName(), Limits.KEY);
    problems.throwIfAny();
    return request.getDisplayName();
  }

  static io.penstock.proto.registry.v1.ResultTable toProto(ResultTable table) {
    return io.penstock.proto.registry.v1.ResultTable.newBuilder()
        .setDesign(DesignProtos.toProto(table.design()))
        .addAllVariants(table.variants().stream().map(ResultProtos::toProto).toList())
        .addAllRemarks(table.remarks())
        .build();
  }

  private static io.penstock.proto.registry.v1.VariantResult toProto(VariantResult result) {
    return io.penstock.proto.registry.v1.VariantResult.newBuilder()
        .setVariant(result.variant())
        .setRuns(result.runs())
        .addAllMetrics(result.metrics().stream().map(ResultProtos::toProto).toList())
        .build();
  }

  private static io.penstock.proto.registry.v1.MetricResult toProto(MetricResult result) {
    var proto =
        io.penstock.proto.registry.v1.MetricResult.newBuilder()
            .setKey(result.key())
            .setN(result.n())
            .setMean(result.mean());
    result.interval().map(ResultProtos::toProto).ifPresent(proto::setInterval);
    result.difference().map(ResultProtos::toProto).ifPresent(proto::setDifference);
    return proto.build();
  }

  private static MetricDifference toProto(Difference difference) {
    var proto =
        MetricDifference.newBuilder().setValue(difference.value()).setBetter(difference.better());
    difference.interval().map(ResultProtos::toProto).ifPresent(proto::setInterval);
    return proto.build();
  }

  private static ConfidenceInterval toProto(Interval interval) {
    return ConfidenceInterval.newBuilder()
        .setLower(interval.lower())
        .setUpper(interval.upper())
        .build();
  }

  static io.penstock.proto.registry.v1.RunComparison toProto(RunComparison comparison) {
    return io.penstock.proto.registry.v1.RunComparison.newBuilder()
        .addAllNames(comparison.names())
        .addAllParams(comparison.params().stream().map(ResultProtos::toProto).toList())
        .setSameInputs(comparison.sameInputs())
        .addAllMetrics(comparison.metrics().stream().map(ResultProtos::toProto).toList())
        .build();
  }

  private static ParamComparison toProto(RunComparison.ParamRow row) {
    return ParamComparison.newBuilder()
        .setKey(row.key())
        .addAllValues(row.values().stream().map(ResultProtos::toProto).toList())
        .build();
  }

  private static ParamValue toProto(Optional<String> value) {
    var proto = ParamValue.newBuilder();
    value.ifPresent(proto::setValue);
    return proto.build();
  }

  private static MetricComparison toProto(RunComparison.MetricRow row) {
    return MetricComparison.newBuilder()
        .setKey(row.key())
        .addAllRuns(row.cells().stream().map(ResultProtos::toProto).toList())
        .build();
  }

  private static RunMetric toProto(RunComparison.Cell cell) {
    var proto =
        RunMetric.newBuilder().setN(cell.n()).setMean(cell.mean()).setDifference(cell.difference());
    cell.interval().map(ResultProtos::toProto).ifPresent(proto::setInterval);
    cell.overlap().ifPresent(proto::setIntervalsOverlap);
    return proto.build();
  }
}
