package io.penstock.inference.prediction;

import io.penstock.inference.lane.Execution;
import io.penstock.inference.serving.Variant;
import io.penstock.inference.serving.VersionName;
import io.penstock.inference.tensor.Tensor;
import java.util.List;

/// What a caller is answered, and how it came about.
///
/// @param outputs those that were asked for
public record Answer(
    String predictionId,
    String requestId,
    VersionName version,
    Variant variant,
    List<Tensor> outputs,
    Execution execution) {}
