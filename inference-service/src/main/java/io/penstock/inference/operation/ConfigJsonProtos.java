package io.penstock.inference.operation;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.penstock.inference.serving.VersionConfig;
import io.penstock.inference.serving.VersionConfigProtos;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.ModelConfig;

/// Triton's model configuration as clients send it to be loaded with: JSON.
public final class ConfigJsonProtos {

  private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

  private ConfigJsonProtos() {}

  /// Refuses what is no configuration, or one of another model.
  public static void check(String model, String json) {
    var config = parse(json);
    if (!config.getName().isEmpty() && !config.getName().equals(model)) {
      throw InvalidArguments.of(
          "parameters.config",
          "is the configuration of '%s', expected '%s' or no name"
              .formatted(config.getName(), model));
    }
    VersionConfigProtos.fromProto(config);
  }

  static VersionConfig read(String json) {
    return VersionConfigProtos.fromProto(parse(json));
  }

  private static ModelConfig parse(String json) {
    var config = ModelConfig.newBuilder();
    try {
      PARSER.merge(json, config);
    } catch (InvalidProtocolBufferException e) {
      throw InvalidArguments.of(
          "parameters.config", "is no model configuration as JSON: " + e.getMessage());
    }
    return config.build();
  }
}
