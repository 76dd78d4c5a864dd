package io.penstock.inference.tensor;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelInferResponse.InferOutputTensor;
import java.util.HashSet;
import java.util.List;

/// Encodes outputs into a response: raw, unless the caller itself spoke in `contents`, which then is what it reads. A half-precision
/// output makes the whole response raw, because it has no other form.
public final class ResponseTensors {

  private ResponseTensors() {}

  /// Refuses requested outputs that the model does not have, before it runs.
  public static void checkRequested(ModelInferRequest request, List<TensorSpec> outputs) {
    var seen = new HashSet<String>();
    var problems = new InvalidArguments();
    for (int i = 0; i < request.getOutputsCount(); i++) {
      var name = request.getOutputs(i).getName();
      problems.addIf(
          outputs.stream().noneMatch(spec -> spec.name().equals(name)),
          "outputs[" + i + "].name",
          "'%s' is no output, expected %s"
              .formatted(name, outputs.stream().map(TensorSpec::name).toList()));
      problems.addIf(
          !seen.add(name), "outputs[" + i + "].name", "'%s' is asked for twice".formatted(name));
    }
    problems.throwIfAny();
  }

  /// Adds the requested outputs, all where none was named, in the order of the request.
  public static void encode(
      List<Tensor> outputs, ModelInferRequest request, ModelInferResponse.Builder response) {
    var wanted = wanted(outputs, request);
    boolean typed =
        request.getRawInputContentsCount() == 0
            && wanted.stream().allMatch(tensor -> tensor.type().hasContents());
    for (var tensor : wanted) {
      var output =
          InferOutputTensor.newBuilder()
              .setName(tensor.name())
              .setDatatype(tensor.type().name())
              .addAllShape(tensor.shape().toList());
      if (typed) {
        output.setContents(TypedContents.write(tensor));
      } else {
        response.addRawOutputContents(
            tensor.type().isFixedWidth() ? tensor.bytes() : RawTexts.encode(tensor.values()));
      }
      response.addOutputs(output);
    }
  }

  private static List<Tensor> wanted(List<Tensor> outputs, ModelInferRequest request) {
    return request.getOutputsCount() == 0
        ? outputs
        : request.getOutputsList().stream()
            .map(wanted -> named(outputs, wanted.getName()))
            .toList();
  }

  private static Tensor named(List<Tensor> outputs, String name) {
    return outputs.stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the model gave no output " + name));
  }
}
