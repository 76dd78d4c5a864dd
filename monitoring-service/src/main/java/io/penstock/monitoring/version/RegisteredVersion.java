package io.penstock.monitoring.version;

import java.util.OptionalDouble;

/// What the registry says about a version that matters here.
///
/// @param profile its baseline as a serialized `DatasetProfile`; empty where it was registered
///   without one
public record RegisteredVersion(byte[] profile, OptionalDouble auc) {

  static final RegisteredVersion WITHOUT_BASELINE =
      new RegisteredVersion(new byte[0], OptionalDouble.empty());

  Baseline baseline() {
    return BaselineProtos.fromProto(profile, auc);
  }
}
