package io.penstock.inference.evaluation;

import io.penstock.inference.evaluation.Task.InputColumns;
import io.penstock.proto.registry.v1.BenchmarkClaim;
import io.penstock.proto.registry.v1.BenchmarkMetric;
import io.penstock.proto.registry.v1.BenchmarkSuite;

/// Tasks as the registry words them.
final class TaskProtos {

  private TaskProtos() {}

  static Task fromProto(BenchmarkClaim claim) {
    var run = claim.getRun();
    return new Task(
        run.getName(),
        claim.getToken(),
        run.getVersion(),
        run.getSuite().getData(),
        run.getSuite().getRows(),
        run.getInputsList().stream()
            .map(input -> new InputColumns(input.getInput(), input.getColumnsList()))
            .toList(),
        run.getOutput(),
        areClasses(run.getSuite()));
  }

  private static boolean areClasses(BenchmarkSuite suite) {
    return suite.getMetricsList().stream().anyMatch(TaskProtos::judgesClasses);
  }

  private static boolean judgesClasses(BenchmarkMetric metric) {
    return switch (metric.getMeasure()) {
      case MEASURE_AUC, MEASURE_ACCURACY, MEASURE_BRIER, MEASURE_LOG_LOSS -> true;
      case MEASURE_RMSE, MEASURE_MAE, MEASURE_UNSPECIFIED, UNRECOGNIZED -> false;
    };
  }
}
