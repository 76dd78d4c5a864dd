package io.penstock.inference.protocol;

import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.VersionStatistics;
import io.penstock.inference.serving.VersionStatistics.BatchTiming;
import io.penstock.inference.serving.VersionStatistics.Timing;
import io.penstock.proto.oip.InferBatchStatistics;
import io.penstock.proto.oip.InferStatistics;
import io.penstock.proto.oip.MemoryUsage;
import io.penstock.proto.oip.ModelStatistics;
import io.penstock.proto.oip.StatisticDuration;

/// The statistics of a version in the protocol's form. Input is what comes before the queue, output
/// what comes after the run; copying into and out of the runtime is part of the inference time.
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
            .setInferenceStats(toProto(statistics));
    long runs = 0;
    for (var entry : statistics.batches().entrySet()) {
      runs += entry.getValue().runs().count();
      proto.addBatchStats(toProto(entry.getKey(), entry.getValue()));
    }
    if (version.isInMemory()) {
      proto.addMemoryUsage(
          MemoryUsage.newBuilder().setType("CPU").setByteSize(version.memoryBytes()));
    }
    return proto.setExecutionCount(runs).build();
  }

  private static InferStatistics toProto(VersionStatistics statistics) {
    return InferStatistics.newBuilder()
        .setSuccess(toProto(statistics.successes()))
        .setFail(toProto(statistics.failures()))
        .setQueue(toProto(statistics.queue()))
        .setComputeInput(toProto(statistics.input()))
        .setComputeInfer(toProto(statistics.compute()))
        .setComputeOutput(toProto(statistics.output()))
        .setCacheHit(toProto(statistics.cacheHits()))
        .setCacheMiss(toProto(statistics.cacheMisses()))
        .build();
  }

  private static InferBatchStatistics toProto(int rows, BatchTiming timing) {
    return InferBatchStatistics.newBuilder()
        .setBatchSize(rows)
        .setComputeInput(toProto(timing.input()))
        .setComputeInfer(toProto(timing.runs()))
        .setComputeOutput(toProto(timing.output()))
        .build();
  }

  private static StatisticDuration toProto(Timing timing) {
    return StatisticDuration.newBuilder().setCount(timing.count()).setNs(timing.nanos()).build();
  }
}
