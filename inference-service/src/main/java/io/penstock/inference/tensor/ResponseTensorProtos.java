package io.penstock.inference.tensor;

import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelInferResponse.InferOutputTensor;
import java.util.List;

/// Encodes outputs into a response: raw, unless the caller itself spoke in `contents`, which then
/// is what it reads. A half-precision output makes the whole response raw, because it has no other
/// form.
public final class ResponseTensorProtos {

  private ResponseTensorProtos() {}

  /// Adds outputs in the form in which the request came.
  public static void encode(
      List<Tensor> outputs, ModelInferRequest request, ModelInferResponse.Builder response) {
    boolean typed =
        request.getRawInputContentsCount() == 0
            && outputs.stream().allMatch(tensor -> tensor.type().hasContents());
    for (var tensor : outputs) {
      var output = describe(tensor);
      if (typed) {
        output.setContents(ContentsProtos.write(tensor));
      } else {
        response.addRawOutputContents(
            tensor.type().isFixedWidth() ? tensor.bytes() : RawTexts.encode(tensor.values()));
      }
      response.addOutputs(output);
    }
  }

  private static InferOutputTensor.Builder describe(Tensor tensor) {
    var output =
        InferOutputTensor.newBuilder().setName(tensor.name()).setDatatype(tensor.type().name());
    for (int i = 0; i < tensor.shape().rank(); i++) {
      output.addShape(tensor.shape().dimension(i));
    }
    return output;
  }
}
