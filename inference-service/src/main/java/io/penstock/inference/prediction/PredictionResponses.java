package io.penstock.inference.prediction;

import io.penstock.inference.lane.Execution;
import io.penstock.inference.tensor.ResponseTensors;
import io.penstock.inference.tensor.Tensor;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferResponse;
import java.util.List;

/// The answers: outputs, and as parameters how they came about.
final class PredictionResponses {

  private PredictionResponses() {}

  static ModelInferResponse encode(
      Prediction prediction, List<Tensor> outputs, Execution execution) {
    var request = prediction.request();
    var name = prediction.selection().version().name();
    var response =
        ModelInferResponse.newBuilder()
            .setModelName(name.model())
            .setModelVersion(name.version())
            .setId(request.getId())
            .putParameters("prediction_id", text(prediction.id()))
            .putParameters("model_version", text(name.version()))
            .putParameters("variant", text(label(prediction.selection().variant())))
            .putParameters("batch_size", number(execution.batchRows()))
            .putParameters("queue_us", number(execution.queueNanos() / 1_000))
            .putParameters("compute_us", number(execution.computeNanos() / 1_000));
    ResponseTensors.encode(outputs, request, response);
    return response.build();
  }

  private static String label(Variant variant) {
    return switch (variant) {
      case VARIANT_PRIMARY -> "primary";
      case VARIANT_CANARY -> "canary";
      case VARIANT_SHADOW -> "shadow";
      case VARIANT_FALLBACK -> "fallback";
      case VARIANT_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }

  private static InferParameter number(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }
}
