package io.penstock.conformance.model;

import com.google.protobuf.TextFormat;
import io.penstock.proto.oip.ModelConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/// A model as a directory of Triton's layout.
///
/// @param files content by path below the model's directory; `1/model.onnx`
public record Model(ModelConfig config, Map<String, byte[]> files) {

  public Model {
    files = Map.copyOf(files);
  }

  static Model of(ModelConfig.Builder config, byte[] onnx) {
    return new Model(config.build(), Map.of("1/model.onnx", onnx));
  }

  Model and(String path, byte[] content) {
    var all = new LinkedHashMap<>(files);
    all.put(path, content);
    return new Model(config, all);
  }

  public String name() {
    return config.getName();
  }

  /// The configuration as it stands in `config.pbtxt`.
  public String pbtxt() {
    return TextFormat.printer().printToString(config);
  }
}
