package io.penstock.inference.serving;

import io.penstock.proto.oip.ModelConfig;

/// Triton's model configuration as what Penstock makes of it.
public final class VersionConfigProtos {

  private VersionConfigProtos() {}

  public static VersionConfig fromProto(ModelConfig config) {
    return VersionConfig.defaults();
  }

  public static ModelConfig toProto(VersionConfig config) {
    return ModelConfig.getDefaultInstance();
  }
}
