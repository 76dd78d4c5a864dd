package io.penstock.gateway.oip;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferInputTensor;
import io.penstock.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads the JSON infer request of the protocol. Tensors become raw bytes while the JSON is read;
/// no tree is built.
final class InferJson {

  private final ModelInferRequest.Builder request = ModelInferRequest.newBuilder();

  private InferJson() {}

  static ModelInferRequest.Builder read(String json) {
    InferJson reader = new InferJson();
    try (JsonReader in = new JsonReader(new StringReader(json))) {
      reader.request(in);
      if (in.peek() != JsonToken.END_DOCUMENT) {
        throw InvalidArguments.of("body", "more than one JSON value");
      }
    } catch (MalformedJsonException | EOFException | NumberFormatException | JsonParseException e) {
      throw InvalidArguments.of("body", "no JSON: " + e.getMessage());
    } catch (IllegalStateException e) {
      throw InvalidArguments.of("body", "JSON of another shape: " + e.getMessage());
    } catch (IOException e) {
      throw new IllegalStateException("reading a string", e);
    }
    return reader.request;
  }

  private void request(JsonReader in) throws IOException {
    boolean inputs = false;
    for (in.beginObject(); in.hasNext(); ) {
      switch (in.nextName()) {
        case "id" -> request.setId(in.nextString());
        case "parameters" -> request.putAllParameters(parameters("parameters", in));
        case "inputs" -> {
          inputs(in);
          inputs = true;
        }
        case "outputs" -> outputs(in);
        case "model_name" -> request.setModelName(in.nextString());
        case "model_version" -> request.setModelVersion(in.nextString());
        case String other -> throw InvalidArguments.of(other, "unknown field");
      }
    }
    in.endObject();
    if (!inputs) {
      throw InvalidArguments.of("inputs", "missing (expected: a list of tensors)");
    }
  }

  private void inputs(JsonReader in) throws IOException {
    int index = 0;
    for (in.beginArray(); in.hasNext(); index++) {
      new Input("inputs[" + index + "]").read(in).addTo(request);
    }
    in.endArray();
  }

  private void outputs(JsonReader in) throws IOException {
    int index = 0;
    for (in.beginArray(); in.hasNext(); index++) {
      request.addOutputs(output("outputs[" + index + "]", in));
    }
    in.endArray();
  }

  private static InferRequestedOutputTensor output(String field, JsonReader in) throws IOException {
    InferRequestedOutputTensor.Builder output = InferRequestedOutputTensor.newBuilder();
    for (in.beginObject(); in.hasNext(); ) {
      switch (in.nextName()) {
        case "name" -> output.setName(in.nextString());
        case "parameters" -> output.putAllParameters(parameters(field + ".parameters", in));
        case String other -> throw InvalidArguments.of(field + "." + other, "unknown field");
      }
    }
    in.endObject();
    if (output.getName().isEmpty()) {
      throw InvalidArguments.of(field + ".name", "missing");
    }
    if (output
        .getParametersOrDefault("binary_data", InferParameter.getDefaultInstance())
        .getBoolParam()) {
      throw InvalidArguments.of(
          field + ".parameters.binary_data",
          "binary tensors over REST are not served (expected: false)");
    }
    return output.build();
  }

  private static Map<String, InferParameter> parameters(String field, JsonReader in)
      throws IOException {
    Map<String, InferParameter> parameters = new TreeMap<>();
    for (in.beginObject(); in.hasNext(); ) {
      String name = in.nextName();
      parameters.put(name, parameter(field + "." + name, in));
    }
    in.endObject();
    return parameters;
  }

  private static InferParameter parameter(String field, JsonReader in) throws IOException {
    InferParameter.Builder parameter = InferParameter.newBuilder();
    switch (in.peek()) {
      case STRING -> parameter.setStringParam(in.nextString());
      case BOOLEAN -> parameter.setBoolParam(in.nextBoolean());
      case NUMBER -> number(in.nextString(), parameter);
      default ->
          throw InvalidArguments.of(
              field, in.peek() + " (expected: a string, a number or a boolean)");
    }
    return parameter.build();
  }

  private static void number(String text, InferParameter.Builder parameter) {
    if (text.matches("-?\\d{1,18}")) {
      parameter.setInt64Param(Long.parseLong(text));
    } else {
      parameter.setDoubleParam(Double.parseDouble(text));
    }
  }

  /// One input tensor. Its members may come in any order; data that comes before the datatype waits
  /// as a tree.
  private static final class Input {

    private final String field;
    private final InferInputTensor.Builder tensor = InferInputTensor.newBuilder();
    private final List<Long> shape = new ArrayList<>();
    private @Nullable TensorData data;
    private @Nullable JsonElement early;
    private boolean shaped;

    private Input(String field) {
      this.field = field;
    }

    Input read(JsonReader in) throws IOException {
      for (in.beginObject(); in.hasNext(); ) {
        member(in.nextName(), in);
      }
      in.endObject();
      if (early != null) {
        data =
            TensorData.read(
                field + ".data", datatype(), new JsonReader(new StringReader(early.toString())));
      }
      return this;
    }

    private void member(String name, JsonReader in) throws IOException {
      switch (name) {
        case "name" -> tensor.setName(in.nextString());
        case "datatype" -> tensor.setDatatype(in.nextString());
        case "shape" -> shape(in);
        case "parameters" -> tensor.putAllParameters(parameters(field + ".parameters", in));
        case "data" -> data(in);
        default -> throw InvalidArguments.of(field + "." + name, "unknown field");
      }
    }

    private void shape(JsonReader in) throws IOException {
      for (in.beginArray(); in.hasNext(); ) {
        long dimension = in.nextLong();
        if (dimension < 0) {
          throw InvalidArguments.of(field + ".shape", dimension + " (expected: >= 0)");
        }
        shape.add(dimension);
      }
      in.endArray();
      shaped = true;
    }

    private void data(JsonReader in) throws IOException {
      if (tensor.getDatatype().isEmpty()) {
        early = JsonParser.parseReader(in);
      } else {
        data = TensorData.read(field + ".data", datatype(), in);
      }
    }

    private Datatype datatype() {
      String name = tensor.getDatatype();
      return Datatype.named(name)
          .orElseThrow(
              () ->
                  InvalidArguments.of(
                      field + ".datatype",
                      (name.isEmpty() ? "missing" : name)
                          + " (expected: one of "
                          + List.of(Datatype.values())
                          + ")"));
    }

    void addTo(ModelInferRequest.Builder request) {
      new InvalidArguments()
          .addIf(tensor.getName().isEmpty(), field + ".name", "missing")
          .addIf(!shaped, field + ".shape", "missing")
          .throwIfAny();
      if (data == null) {
        throw InvalidArguments.of(field + ".data", "missing");
      }
      request.addInputs(tensor.addAllShape(shape));
      request.addRawInputContents(data.fitting(shape));
    }
  }
}
