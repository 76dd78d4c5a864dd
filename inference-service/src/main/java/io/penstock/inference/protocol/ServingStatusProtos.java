package io.penstock.inference.protocol;

import com.google.protobuf.Timestamp;
import io.penstock.inference.release.VersionState;
import io.penstock.inference.routing.Target;
import io.penstock.proto.inference.v1.LoadState;
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
        .setVariant(target.variant())
        .setPercent(target.percent())
        .setState(LoadState.LOAD_STATE_SERVING)
        .setBreaker(version.guard().state())
        .setQueuedRows(version.lane().queuedRows())
        .setRequests(successes + failures)
        .setFailures(failures)
        .setLoadTime(
            Timestamp.newBuilder()
                .setSeconds(loaded.getEpochSecond())
                .setNanos(loaded.getNano()))
        .build();
  }

  static ServedVersion toProto(VersionState state) {
    return ServedVersion.newBuilder()
        .setVersion(state.version())
        .setVariant(state.variant())
        .setPercent(state.percent())
        .setState(state.state())
        .setReason(state.reason())
        .build();
  }
}
