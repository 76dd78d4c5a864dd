package io.penstock.inference.serving;

import io.penstock.proto.oip.ModelConfig;
import java.util.List;

/// Triton's model configuration as what Penstock makes of it, and back. Nothing that a
/// [VersionConfig] holds is lost on the way.
public final class VersionConfigProtos {

  private VersionConfigProtos() {}

  /// Reads a configuration. What is wrong is told all at once, as fields of `config`.
  public static VersionConfig fromProto(ModelConfig config) {
    return new ReadConfigProtos(config).read();
  }

  public static ModelConfig toProto(VersionConfig config) {
    return new WriteConfigProtos(config).write();
  }

  /// The settings of Triton's that are accepted and have no effect here.
  public static List<String> unused(ModelConfig config) {
    return UnusedConfigProtos.of(config);
  }
}
