package io.penstock.inference.infer;

import com.google.protobuf.ByteString;
import io.penstock.inference.lane.Execution;
import io.penstock.inference.lane.schedule.DispatchReason;
import io.penstock.inference.prediction.Answer;
import io.penstock.inference.tensor.ResponseTensorProtos;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;

/// Answers in the protocol's form: outputs, and as parameters how they came about.
final class InferResponseProtos {

  private static final ModelInferRequest RAW =
      ModelInferRequest.newBuilder().addRawInputContents(ByteString.EMPTY).build();

  private InferResponseProtos() {}

  /// @param raw whether the outputs must be raw, although the request may not look like it
  static ModelInferResponse toProto(
      Answer answer, ModelInferRequest request, boolean raw, OutputWishProtos outputs) {
    var execution = answer.execution();
    var response =
        ModelInferResponse.newBuilder()
            .setModelName(answer.version().model())
            .setModelVersion(answer.version().version())
            .setId(answer.requestId())
            .putParameters("prediction_id", text(answer.predictionId()))
            .putParameters("model_version", text(answer.version().version()))
            .putParameters("variant", text(answer.variant().label()))
            .putParameters("batch_size", number(execution.batchRows()))
            .putParameters("queue_us", number(execution.queueNanos() / 1_000))
            .putParameters("compute_us", number(execution.computeNanos() / 1_000));
    if (execution.reason() == DispatchReason.CACHED) {
      response.putParameters("cached", InferParameter.newBuilder().setBoolParam(true).build());
    }
    explain(request, execution, response);
    var form = raw || outputs.isRaw() ? RAW : request;
    ResponseTensorProtos.encode(outputs.shape(answer), form, response);
    outputs.share(response);
    return response.build();
  }

  // On demand: each parameter costs as much as a small tensor.
  private static void explain(
      ModelInferRequest request, Execution execution, ModelInferResponse.Builder response) {
    if (new InferParameterProtos(request.getParametersMap(), "parameters").flag("explain")) {
      response
          .putParameters("dispatch_reason", text(execution.reason().label()))
          .putParameters("batch_requests", number(execution.batchSize()))
          .putParameters("predicted_us", number(execution.expectedNanos() / 1_000));
    }
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }

  private static InferParameter number(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }
}
