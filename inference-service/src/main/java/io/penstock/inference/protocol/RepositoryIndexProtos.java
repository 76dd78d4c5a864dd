package io.penstock.inference.protocol;

import io.penstock.inference.release.VersionState;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.VersionName;
import io.penstock.proto.inference.v1.LoadState;
import io.penstock.proto.oip.RepositoryIndexResponse.ModelIndex;

/// Versions as entries of the protocol's repository index.
final class RepositoryIndexProtos {

  private RepositoryIndexProtos() {}

  static ModelIndex toProto(ServedVersion version) {
    return entry(version.name(), "READY", "");
  }

  static ModelIndex toProto(VersionState state) {
    return entry(VersionName.parse(state.version()), word(state.state()), state.reason());
  }

  private static ModelIndex entry(VersionName name, String state, String reason) {
    return ModelIndex.newBuilder()
        .setName(name.model())
        .setVersion(name.version())
        .setState(state)
        .setReason(reason)
        .build();
  }

  private static String word(LoadState state) {
    return switch (state) {
      case LOAD_STATE_LOADING, LOAD_STATE_WARMING -> "LOADING";
      case LOAD_STATE_SERVING -> "READY";
      case LOAD_STATE_DRAINING -> "UNLOADING";
      case LOAD_STATE_FAILED, LOAD_STATE_UNSPECIFIED, UNRECOGNIZED -> "UNAVAILABLE";
    };
  }
}
