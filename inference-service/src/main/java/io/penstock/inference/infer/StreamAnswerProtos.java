package io.penstock.inference.infer;

import io.penstock.kit.failure.FailureStatus;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelStreamInferResponse;

/// Answers within a stream. Each is the only one of its request, and says so.
final class StreamAnswerProtos {

  private static final String FINAL = "triton_final_response";
  private static final InferParameter TRUE = InferParameter.newBuilder().setBoolParam(true).build();

  private StreamAnswerProtos() {}

  static ModelStreamInferResponse answered(ModelInferResponse response) {
    return ModelStreamInferResponse.newBuilder()
        .setInferResponse(response.toBuilder().putParameters(FINAL, TRUE))
        .build();
  }

  /// With the request's id, so that the client knows which one failed, and as parameters what a
  /// single call would say in its status.
  static ModelStreamInferResponse failed(FailureStatus failure, String model, String id) {
    return ModelStreamInferResponse.newBuilder()
        .setErrorMessage(failure.message())
        .setInferResponse(
            ModelInferResponse.newBuilder()
                .setModelName(model)
                .setId(id)
                .putParameters("error_code", text(failure.code().name()))
                .putParameters("error_reason", text(failure.reason()))
                .putParameters(FINAL, TRUE))
        .build();
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }
}
