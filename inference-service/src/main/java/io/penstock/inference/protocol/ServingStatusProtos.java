package io.penstock.inference.protocol;

import com.google.protobuf.Timestamp;
import io.penstock.inference.lane.schedule.RunTimes.Expectation;
import io.penstock.inference.release.VersionState;
import io.penstock.inference.release.VersionState.Phase;
import io.penstock.inference.routing.Target;
import io.penstock.inference.serving.VariantProtos;
import io.penstock.proto.inference.v1.LoadState;
import io.penstock.proto.inference.v1.RunTime;
import io.penstock.proto.inference.v1.ServedVersion;

/// Versions as the serving status shows them.
final class ServingStatusProtos {

  private ServingStatusProtos() {}

  static ServedVersion toProto(Target target) {
    var version = target.version();
    var loaded = version.loadTime();
    var successes = version.statistics().successes().count();
    var failures = version.statistics().failures().count();
    return ServedVersion.newBuilder()
        .setVersion(version.name().toString())
        .setVariant(VariantProtos.toProto(target.variant()))
        .setPercent(target.percent())
        .setState(LoadState.LOAD_STATE_SERVING)
        .setBreaker(version.guard().state())
        .setQueuedRows(version.engine().queuedRows())
        .setRequests(successes + failures)
        .setFailures(failures)
        .setMemoryBytes(version.memoryBytes())
        .setInMemory(version.isInMemory())
        .setRefused(version.statistics().refusals())
        .addAllRunTimes(
            version.engine().runTimes().stream().map(ServingStatusProtos::toProto).toList())
        .setLoadTime(
            Timestamp.newBuilder().setSeconds(loaded.getEpochSecond()).setNanos(loaded.getNano()))
        .build();
  }

  private static RunTime toProto(Expectation expected) {
    return RunTime.newBuilder()
        .setRows(expected.rows())
        .setP50Us(expected.typicalNanos() / 1_000)
        .setP99Us(expected.lateNanos() / 1_000)
        .build();
  }

  static ServedVersion toProto(VersionState state) {
    return ServedVersion.newBuilder()
        .setVersion(state.version().toString())
        .setState(toProto(state.phase()))
        .setReason(state.reason())
        .build();
  }

  private static LoadState toProto(Phase phase) {
    return switch (phase) {
      case LOADING -> LoadState.LOAD_STATE_LOADING;
      case DRAINING -> LoadState.LOAD_STATE_DRAINING;
      case FAILED -> LoadState.LOAD_STATE_FAILED;
      case UNLOADED -> LoadState.LOAD_STATE_UNLOADED;
    };
  }
}
