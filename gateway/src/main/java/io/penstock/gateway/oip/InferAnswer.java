package io.penstock.gateway.oip;

import com.google.gson.stream.JsonWriter;
import com.google.protobuf.ByteString;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelInferResponse.InferOutputTensor;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/// Writes the JSON infer response of the protocol; data is flat and row-major.
final class InferAnswer {

  private InferAnswer() {}

  static String write(ModelInferResponse response) {
    StringWriter text = new StringWriter();
    try (JsonWriter out = new JsonWriter(text)) {
      response(response, out);
    } catch (IOException e) {
      throw new IllegalStateException("writing a string", e);
    }
    return text.toString();
  }

  private static void response(ModelInferResponse response, JsonWriter out) throws IOException {
    out.beginObject();
    out.name("model_name").value(response.getModelName());
    out.name("model_version").value(response.getModelVersion());
    if (!response.getId().isEmpty()) {
      out.name("id").value(response.getId());
    }
    parameters(response.getParametersMap(), out);
    out.name("outputs").beginArray();
    for (int i = 0; i < response.getOutputsCount(); i++) {
      output(response.getOutputs(i), response.getRawOutputContents(i), out);
    }
    out.endArray().endObject();
  }

  private static void output(InferOutputTensor tensor, ByteString raw, JsonWriter out)
      throws IOException {
    out.beginObject();
    out.name("name").value(tensor.getName());
    out.name("datatype").value(tensor.getDatatype());
    out.name("shape").beginArray();
    for (long dimension : tensor.getShapeList()) {
      out.value(dimension);
    }
    out.endArray();
    parameters(tensor.getParametersMap(), out);
    out.name("data").beginArray();
    Datatype type = Datatype.named(tensor.getDatatype()).orElseThrow(() -> new NoJsonForm(tensor));
    ByteBuffer bytes = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      type.write(bytes, out);
    }
    out.endArray().endObject();
  }

  private static void parameters(Map<String, InferParameter> parameters, JsonWriter out)
      throws IOException {
    if (parameters.isEmpty()) {
      return;
    }
    out.name("parameters").beginObject();
    for (Map.Entry<String, InferParameter> entry : new TreeMap<>(parameters).entrySet()) {
      parameter(entry.getValue(), out.name(entry.getKey()));
    }
    out.endObject();
  }

  private static void parameter(InferParameter parameter, JsonWriter out) throws IOException {
    switch (parameter.getParameterChoiceCase()) {
      case BOOL_PARAM -> out.value(parameter.getBoolParam());
      case INT64_PARAM -> out.value(parameter.getInt64Param());
      case STRING_PARAM -> out.value(parameter.getStringParam());
      case DOUBLE_PARAM -> out.value(parameter.getDoubleParam());
      case UINT64_PARAM ->
          out.value(new java.math.BigInteger(Long.toUnsignedString(parameter.getUint64Param())));
      case PARAMETERCHOICE_NOT_SET -> out.nullValue();
    }
  }

  /// An output that JSON cannot carry: FP16 or BF16.
  static final class NoJsonForm extends RuntimeException {
    NoJsonForm(InferOutputTensor tensor) {
      super(
          "output %s is %s, which has no JSON form"
              .formatted(tensor.getName(), tensor.getDatatype()));
    }
  }
}
