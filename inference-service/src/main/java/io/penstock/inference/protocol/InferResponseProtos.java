package io.penstock.inference.protocol;

import io.penstock.inference.prediction.Answer;
import io.penstock.inference.tensor.ResponseTensorProtos;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;

/// Answers in the protocol's form: outputs, and as parameters how they came about.
final class InferResponseProtos {

  private InferResponseProtos() {}

  static ModelInferResponse toProto(Answer answer, ModelInferRequest request) {
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
    ResponseTensorProtos.encode(answer.outputs(), request, response);
    return response.build();
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }

  private static InferParameter number(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }
}
