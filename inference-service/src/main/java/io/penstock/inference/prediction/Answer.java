package io.penstock.inference.prediction;

import io.penstock.inference.lane.Execution;
import io.penstock.inference.serving.Variant;
import io.penstock.inference.serving.VersionName;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.util.List;
import java.util.Map;

/// What a caller is answered, and how it came about.
///
/// @param outputs those that were asked for
/// @param declared what the version says of its outputs
/// @param labels of classes, by output
public record Answer(
    String predictionId,
    String requestId,
    VersionName version,
    Variant variant,
    List<Tensor> outputs,
    Execution execution,
    List<TensorSpec> declared,
    Map<String, List<String>> labels) {

  /// An answer whose outputs are all that matters.
  public Answer(
      String predictionId,
      String requestId,
      VersionName version,
      Variant variant,
      List<Tensor> outputs,
      Execution execution) {
    this(predictionId, requestId, version, variant, outputs, execution, List.of(), Map.of());
  }
}
