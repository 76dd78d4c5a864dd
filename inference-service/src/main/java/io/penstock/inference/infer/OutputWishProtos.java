package io.penstock.inference.infer;

import com.google.protobuf.ByteString;
import io.penstock.inference.InferenceFailure.RegionUnusable;
import io.penstock.inference.prediction.Answer;
import io.penstock.inference.sharedmemory.SharedMemory;
import io.penstock.inference.sharedmemory.SharedRegion;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.penstock.proto.oip.ModelInferResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a request wants to be done with its outputs beyond being sent: the classification
/// extension, and shared memory.
final class OutputWishProtos {

  private static final OutputWishProtos NONE = new OutputWishProtos(Map.of(), Map.of());

  private record Target(SharedRegion region, SharedSlice slice) {}

  private final Map<String, Integer> classes;
  private final Map<String, Target> targets;

  private OutputWishProtos(Map<String, Integer> classes, Map<String, Target> targets) {
    this.classes = classes;
    this.targets = targets;
  }

  static OutputWishProtos of(ModelInferRequest request, SharedMemory memory) {
    return request.getOutputsList().stream().allMatch(output -> output.getParametersCount() == 0)
        ? NONE
        : read(request.getOutputsList(), memory);
  }

  private static OutputWishProtos read(
      List<InferRequestedOutputTensor> outputs, SharedMemory memory) {
    var classes = new HashMap<String, Integer>();
    var targets = new HashMap<String, Target>();
    for (int i = 0; i < outputs.size(); i++) {
      var name = outputs.get(i).getName();
      var parameters =
          new InferParameterProtos(
              outputs.get(i).getParametersMap(), "outputs[" + i + "].parameters");
      // Zero stands for none, as Triton's clients send it.
      int wanted = (int) parameters.number("classification", 0, Integer.MAX_VALUE).orElse(0);
      if (wanted > 0) {
        classes.put(name, wanted);
      }
      if (!parameters.text(SharedSlice.REGION).isEmpty()) {
        var slice = SharedSlice.of(parameters);
        targets.put(name, new Target(memory.get(slice.region()), slice));
      }
    }
    return new OutputWishProtos(classes, targets);
  }

  /// Whether the response must be raw, because part of it lies elsewhere.
  boolean isRaw() {
    return !targets.isEmpty();
  }

  /// The outputs as they are wanted.
  List<Tensor> shape(Answer answer) {
    return classes.isEmpty()
        ? answer.outputs()
        : answer.outputs().stream().map(tensor -> classified(tensor, answer)).toList();
  }

  private Tensor classified(Tensor tensor, Answer answer) {
    var most = classes.get(tensor.name());
    if (most == null) {
      return tensor;
    }
    if (!tensor.type().isFixedWidth()) {
      throw InvalidArguments.of(
          "outputs.parameters.classification",
          "'%s' holds %s, expected numbers".formatted(tensor.name(), tensor.type()));
    }
    boolean rows =
        answer.declared().stream()
            .anyMatch(spec -> spec.name().equals(tensor.name()) && spec.hasOpenRows());
    var labels = answer.labels().getOrDefault(tensor.name(), List.of());
    return Classification.of(tensor, rows, most, labels);
  }

  /// Moves outputs into shared memory that are wanted there. An empty entry stays in their place,
  /// as it does at Triton.
  void share(ModelInferResponse.Builder response) {
    for (int i = 0; i < response.getOutputsCount(); i++) {
      var target = targets.get(response.getOutputs(i).getName());
      if (target != null) {
        share(response, i, target);
      }
    }
  }

  private static void share(ModelInferResponse.Builder response, int index, Target target) {
    var bytes = response.getRawOutputContents(index);
    var slice = target.slice();
    if (bytes.size() > slice.size()) {
      throw new FailureException(
          new RegionUnusable(
              slice.region(),
              "was to take %d bytes of output '%s', which has %d"
                  .formatted(slice.size(), response.getOutputs(index).getName(), bytes.size())));
    }
    target.region().write(slice.offset(), bytes);
    response.setRawOutputContents(index, ByteString.EMPTY);
    response
        .getOutputsBuilder(index)
        .putParameters(
            SharedSlice.REGION, InferParameter.newBuilder().setStringParam(slice.region()).build())
        .putParameters("shared_memory_offset", number(slice.offset()))
        .putParameters("shared_memory_byte_size", number(bytes.size()));
  }

  private static InferParameter number(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }
}
