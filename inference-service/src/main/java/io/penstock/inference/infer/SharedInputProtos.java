package io.penstock.inference.infer;

import com.google.protobuf.ByteString;
import io.penstock.inference.sharedmemory.SharedMemory;
import io.penstock.inference.tensor.RequestTensorProtos;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferInputTensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The inputs of a request, some of which may lie in shared memory. Those are read when the request
/// arrives, once and into memory of our own: what a client writes later is no part of the request.
final class SharedInputProtos implements Supplier<Map<String, Tensor>> {

  private final ModelInferRequest request;
  // The inputs with a region as a request of their own; empty where there are none.
  private final ModelInferRequest shared;
  // The other inputs, where there are such with a region.
  private final ModelInferRequest sent;

  private SharedInputProtos(
      ModelInferRequest request, ModelInferRequest shared, ModelInferRequest sent) {
    this.request = request;
    this.shared = shared;
    this.sent = sent;
  }

  static SharedInputProtos of(ModelInferRequest request, SharedMemory memory) {
    for (int i = 0; i < request.getInputsCount(); i++) {
      if (isShared(request.getInputs(i))) {
        return read(request, memory);
      }
    }
    return new SharedInputProtos(request, ModelInferRequest.getDefaultInstance(), request);
  }

  private static boolean isShared(InferInputTensor input) {
    return input.getParametersCount() > 0 && input.containsParameters(SharedSlice.REGION);
  }

  private static SharedInputProtos read(ModelInferRequest request, SharedMemory memory) {
    var shared = ModelInferRequest.newBuilder();
    var sent = ModelInferRequest.newBuilder();
    for (int i = 0; i < request.getInputsCount(); i++) {
      var input = request.getInputs(i);
      if (isShared(input)) {
        shared.addInputs(input).addRawInputContents(bytes(i, input, memory));
      } else {
        sent.addInputs(input);
      }
    }
    sent.addAllRawInputContents(request.getRawInputContentsList());
    return new SharedInputProtos(request, shared.build(), sent.build());
  }

  private static ByteString bytes(int index, InferInputTensor input, SharedMemory memory) {
    var field = "inputs[" + index + "]";
    if (input.hasContents()) {
      throw InvalidArguments.of(
          field + ".contents",
          "input '%s' has values here and in shared memory, expected one of them"
              .formatted(input.getName()));
    }
    var slice =
        SharedSlice.of(new InferParameterProtos(input.getParametersMap(), field + ".parameters"));
    return memory.get(slice.region()).read(slice.offset(), slice.size());
  }

  /// Whether some lie in shared memory. Their clients read raw answers.
  boolean isShared() {
    return shared.getInputsCount() > 0;
  }

  /// The decoded tensors, in the order of the request.
  @Override
  public Map<String, Tensor> get() {
    if (!isShared()) {
      return RequestTensorProtos.decode(request);
    }
    var known = new LinkedHashMap<>(RequestTensorProtos.decode(sent));
    known.putAll(RequestTensorProtos.decode(shared));
    var ordered = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < request.getInputsCount(); i++) {
      var name = request.getInputs(i).getName();
      var tensor = known.get(name);
      if (tensor == null || ordered.put(name, tensor) != null) {
        throw InvalidArguments.of("inputs[" + i + "].name", "'%s' is given twice".formatted(name));
      }
    }
    return Collections.unmodifiableMap(ordered);
  }
}
