package io.penstock.conformance.wire;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.penstock.conformance.wire.InferReply.Answered;
import io.penstock.conformance.wire.InferReply.Refused;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferInputTensor;
import io.penstock.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelInferResponse.InferOutputTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/// Calls of infer as gRPC messages.
public final class GrpcInference {

  private GrpcInference() {}

  /// @param raw whether tensors go as `raw_input_contents`, not as `contents`
  public static ModelInferRequest.Builder request(InferCall call, boolean raw) {
    var request =
        ModelInferRequest.newBuilder()
            .setModelName(call.model())
            .setModelVersion(call.version())
            .setId(call.id())
            .putAllParameters(parameters(call.parameters()));
    for (int i = 0; i < call.inputs().size(); i++) {
      add(call.inputs().get(i), call.inputParameters(i), raw, request);
    }
    for (var output : call.outputs()) {
      request.addOutputs(
          InferRequestedOutputTensor.newBuilder()
              .setName(output.name())
              .putAllParameters(parameters(output.parameters())));
    }
    return request;
  }

  private static void add(
      Tensor tensor, Map<String, Object> parameters, boolean raw, ModelInferRequest.Builder out) {
    var input =
        InferInputTensor.newBuilder()
            .setName(tensor.name())
            .setDatatype(tensor.datatype())
            .addAllShape(tensor.shape())
            .putAllParameters(parameters(parameters));
    if (parameters.containsKey("shared_memory_region")) {
      out.addInputs(input);
      return;
    }
    if (raw) {
      out.addRawInputContents(tensor.raw());
    } else {
      input.setContents(Contents.write(tensor));
    }
    out.addInputs(input);
  }

  private static Map<String, InferParameter> parameters(Map<String, Object> values) {
    var out = new LinkedHashMap<String, InferParameter>();
    values.forEach((name, value) -> out.put(name, parameter(value)));
    return out;
  }

  private static InferParameter parameter(Object value) {
    var out = InferParameter.newBuilder();
    return switch (value) {
      case Boolean bool -> out.setBoolParam(bool).build();
      case Long number -> out.setInt64Param(number).build();
      case Double number -> out.setDoubleParam(number).build();
      default -> out.setStringParam(value.toString()).build();
    };
  }

  /// @throws IllegalArgumentException where the answer is not of the protocol's form
  public static Answered answer(ModelInferResponse response) {
    var outputs = new ArrayList<Tensor>();
    // An output in shared memory may have an empty entry, as Triton writes, or none.
    boolean entryForEach = response.getRawOutputContentsCount() == response.getOutputsCount();
    int raw = 0;
    for (var output : response.getOutputsList()) {
      boolean elsewhere = output.containsParameters("shared_memory_region");
      boolean typed = output.hasContents() || (elsewhere && !entryForEach);
      var bytes = typed ? typed(output, elsewhere) : raw(response, raw++, output);
      outputs.add(new Tensor(output.getName(), output.getDatatype(), output.getShapeList(), bytes));
    }
    if (raw != response.getRawOutputContentsCount()) {
      throw new IllegalArgumentException(
          "%d raw_output_contents for %d outputs without contents"
              .formatted(response.getRawOutputContentsCount(), raw));
    }
    return new Answered(
        response.getModelName(),
        response.getModelVersion(),
        response.getId(),
        plain(response.getParametersMap()),
        outputs);
  }

  private static ByteString typed(InferOutputTensor output, boolean elsewhere) {
    return elsewhere ? ByteString.EMPTY : Contents.read(output.getDatatype(), output.getContents());
  }

  private static ByteString raw(ModelInferResponse response, int index, InferOutputTensor output) {
    if (index >= response.getRawOutputContentsCount()) {
      boolean empty = output.getShapeList().contains(0L);
      if (empty && response.getRawOutputContentsCount() == 0) {
        return ByteString.EMPTY;
      }
      throw new IllegalArgumentException(
          "output %s has neither contents nor raw_output_contents".formatted(output.getName()));
    }
    return response.getRawOutputContents(index);
  }

  private static Map<String, Object> plain(Map<String, InferParameter> parameters) {
    var out = new LinkedHashMap<String, Object>();
    parameters.forEach((name, value) -> out.put(name, plain(value)));
    return out;
  }

  private static Object plain(InferParameter value) {
    return switch (value.getParameterChoiceCase()) {
      case BOOL_PARAM -> value.getBoolParam();
      case INT64_PARAM -> value.getInt64Param();
      case STRING_PARAM -> value.getStringParam();
      case DOUBLE_PARAM -> value.getDoubleParam();
      case UINT64_PARAM -> value.getUint64Param();
      case PARAMETERCHOICE_NOT_SET -> "";
    };
  }

  public static Refused refusal(StatusRuntimeException e) {
    var status = e.getStatus();
    var message = status.getDescription() == null ? "" : status.getDescription();
    return new Refused(
        Refusal.of(status.getCode()), status.getCode().name(), message, !message.isEmpty());
  }
}
