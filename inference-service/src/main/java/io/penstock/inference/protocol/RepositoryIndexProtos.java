package io.penstock.inference.protocol;

import io.penstock.inference.release.VersionState;
import io.penstock.inference.release.VersionState.Phase;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.VersionName;
import io.penstock.proto.oip.RepositoryIndexResponse.ModelIndex;

/// Versions as entries of the protocol's repository index.
final class RepositoryIndexProtos {

  private RepositoryIndexProtos() {}

  static ModelIndex toProto(ServedVersion version) {
    return entry(version.name(), "READY", "");
  }

  static ModelIndex toProto(VersionState state) {
    return entry(state.version(), word(state.phase()), state.reason());
  }

  private static ModelIndex entry(VersionName name, String state, String reason) {
    return ModelIndex.newBuilder()
        .setName(name.model())
        .setVersion(name.version())
        .setState(state)
        .setReason(reason)
        .build();
  }

  private static String word(Phase phase) {
    return switch (phase) {
      case LOADING -> "LOADING";
      case DRAINING -> "UNLOADING";
      case FAILED, UNLOADED -> "UNAVAILABLE";
    };
  }
}
