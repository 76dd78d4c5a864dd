package io.penstock.inference.protocol;

import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.VersionStatistics.Timing;
import io.penstock.proto.oip.InferBatchStatistics;
import io.penstock.proto.oip.InferStatistics;
import io.penstock.proto.oip.ModelStatistics;
import io.penstock.proto.oip.StatisticDuration;

/// The statistics of a version in the protocol's form. Copying into and out of the runtime is part
/// of the inference time.
final class StatisticsProtos {

  private StatisticsProtos() {}

  static ModelStatistics toProto(ServedVersion version) {
    var statistics = version.statistics();
    var proto =
        ModelStatistics.newBuilder()
            .setName(version.name().model())
            .setVersion(version.name().version())
            .setLastInference(statistics.lastInferenceMillis())
            .setInferenceCount(statistics.rows())
            .setInferenceStats(
                InferStatistics.newBuilder()
                    .setSuccess(toProto(statistics.successes()))
                    .setFail(toProto(statistics.failures()))
                    .setQueue(toProto(statistics.queue()))
                    .setComputeInfer(toProto(statistics.compute())));
    long runs = 0;
    for (var entry : statistics.runsByRows().entrySet()) {
      runs += entry.getValue().count();
      proto.addBatchStats(
          InferBatchStatistics.newBuilder()
              .setBatchSize(entry.getKey())
              .setComputeInfer(toProto(entry.getValue())));
    }
    return proto.setExecutionCount(runs).build();
  }

  private static StatisticDuration toProto(Timing timing) {
    return StatisticDuration.newBuilder().setCount(timing.count()).setNs(timing.nanos()).build();
  }
}
