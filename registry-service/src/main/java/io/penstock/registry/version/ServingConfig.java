package io.penstock.registry.version;

import com.google.protobuf.ByteString;
import io.penstock.registry.onnx.TensorSpec;
import java.util.List;

/// How inference servers are to serve a version, in Triton's terms. The registry reads what it can
/// hold against what it stores, and passes on the whole.
///
/// @param inputs as declared, rows included; empty where nothing is
/// @param outputs as declared, rows included; empty where nothing is
/// @param steps of an ensemble
/// @param encoded an `inference.ModelConfig`; empty where there is none
public record ServingConfig(
    Platform platform,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    List<Step> steps,
    ByteString encoded) {

  /// Nothing but the servers' own configuration.
  public static final ServingConfig NONE =
      new ServingConfig(Platform.ONNX, List.of(), List.of(), List.of(), ByteString.EMPTY);

  /// What the artifact of a version is.
  public enum Platform {
    ONNX,
    TOKENIZER,
    /// A graph of other models: its artifact is this configuration itself.
    ENSEMBLE
  }

  /// A step of an ensemble.
  ///
  /// @param version 0 for the one that the model's release names
  /// @param fallback a model that answers in its place; empty for none
  public record Step(String model, long version, String fallback) {}

  public ServingConfig {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    steps = List.copyOf(steps);
  }

  public boolean isNone() {
    return encoded.isEmpty();
  }
}
