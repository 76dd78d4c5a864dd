package io.penstock.conformance.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import io.penstock.conformance.wire.InferReply.Answered;
import io.penstock.conformance.wire.InferReply.Refused;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Calls of infer as JSON, with or without tensors in binary behind it.
public final class RestInference {

  public static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  /// @param header the JSON
  /// @param tail tensors in binary
  public record Body(String header, ByteString tail) {

    public byte[] bytes() {
      return ByteString.copyFrom(header, UTF_8).concat(tail).toByteArray();
    }

    public int headerLength() {
      return header.getBytes(UTF_8).length;
    }
  }

  private RestInference() {}

  public static String path(InferCall call) {
    var version = call.version().isEmpty() ? "" : "/versions/" + call.version();
    return "/v2/models/" + call.model() + version + "/infer";
  }

  public static Body body(InferCall call, Encoding encoding) {
    var members = new ArrayList<String>();
    if (!call.id().isEmpty()) {
      members.add("\"id\":" + GSON.toJson(call.id()));
    }
    var parameters = new LinkedHashMap<>(call.parameters());
    if (encoding == Encoding.REST_BINARY) {
      parameters.putIfAbsent("binary_data_output", true);
    }
    addParameters(parameters, members);
    members.add("\"inputs\":" + inputs(call, encoding));
    addOutputs(call, members);
    return new Body("{" + String.join(",", members) + "}", tail(call, encoding));
  }

  private static void addOutputs(InferCall call, List<String> members) {
    if (call.outputs().isEmpty()) {
      return;
    }
    var outputs = new ArrayList<String>();
    for (var output : call.outputs()) {
      var inner = new ArrayList<>(List.of("\"name\":" + GSON.toJson(output.name())));
      addParameters(output.parameters(), inner);
      outputs.add("{" + String.join(",", inner) + "}");
    }
    members.add("\"outputs\":[" + String.join(",", outputs) + "]");
  }

  private static ByteString tail(InferCall call, Encoding encoding) {
    return encoding == Encoding.REST_BINARY
        ? call.inputs().stream().map(Tensor::raw).reduce(ByteString.EMPTY, ByteString::concat)
        : ByteString.EMPTY;
  }

  private static String inputs(InferCall call, Encoding encoding) {
    var inputs = new ArrayList<String>();
    for (int i = 0; i < call.inputs().size(); i++) {
      inputs.add(input(call.inputs().get(i), call.inputParameters(i), encoding));
    }
    return "[" + String.join(",", inputs) + "]";
  }

  private static String input(Tensor tensor, Map<String, Object> given, Encoding encoding) {
    var members = new ArrayList<String>();
    members.add("\"name\":" + GSON.toJson(tensor.name()));
    members.add("\"shape\":" + GSON.toJson(tensor.shape()));
    members.add("\"datatype\":" + GSON.toJson(tensor.datatype()));
    var parameters = new LinkedHashMap<>(given);
    boolean elsewhere = given.containsKey("shared_memory_region");
    if (encoding == Encoding.REST_BINARY && !elsewhere) {
      parameters.putIfAbsent("binary_data_size", (long) tensor.raw().size());
    }
    addParameters(parameters, members);
    if (encoding.isJson() && !elsewhere) {
      boolean flat = encoding == Encoding.REST_FLAT;
      members.add("\"data\":" + (flat ? JsonValues.flat(tensor) : JsonValues.nested(tensor)));
    }
    return "{" + String.join(",", members) + "}";
  }

  private static void addParameters(Map<String, Object> parameters, List<String> members) {
    if (!parameters.isEmpty()) {
      members.add("\"parameters\":" + GSON.toJson(parameters));
    }
  }

  /// What an HTTP answer to infer says.
  ///
  /// @throws IllegalArgumentException where it is not of the protocol's form
  public static InferReply reply(RestAnswer answer) {
    return answer.status() == 200 ? answered(answer) : refused(answer);
  }

  static Refused refused(RestAnswer answer) {
    return new Refused(
        Refusal.of(answer.status()),
        "HTTP " + answer.status(),
        answer.text(),
        answer.error().isPresent());
  }

  private static Answered answered(RestAnswer answer) {
    var header = answer.header(HEADER_LENGTH);
    int length = header.map(Integer::parseInt).orElse(answer.body().size());
    if (length < 0 || length > answer.body().size()) {
      throw new IllegalArgumentException(
          "%s: %d of a body of %d bytes".formatted(HEADER_LENGTH, length, answer.body().size()));
    }
    var json = RestAnswer.parse(answer.body().substring(0, length)).getAsJsonObject();
    var tail = answer.body().substring(length);
    var outputs = outputs(json.getAsJsonArray("outputs"), tail);
    return new Answered(
        text(json, "model_name"),
        text(json, "model_version"),
        text(json, "id"),
        parameters(json),
        outputs);
  }

  private static List<Tensor> outputs(JsonArray outputs, ByteString tail) {
    if (outputs == null) {
      throw new IllegalArgumentException("no outputs");
    }
    var tensors = new ArrayList<Tensor>();
    int at = 0;
    for (var item : outputs) {
      var output = item.getAsJsonObject();
      var size = parameters(output).get("binary_data_size");
      int bytes = size instanceof Long number ? number.intValue() : 0;
      tensors.add(tensor(output, size == null, tail.substring(at, at + bytes)));
      at += bytes;
    }
    if (at != tail.size()) {
      throw new IllegalArgumentException(
          "%d bytes behind the JSON, of which outputs declare %d".formatted(tail.size(), at));
    }
    return tensors;
  }

  private static Tensor tensor(JsonObject output, boolean inJson, ByteString bytes) {
    var datatype = text(output, "datatype");
    if (!output.has("shape")) {
      throw new IllegalArgumentException("an output without shape");
    }
    var shape = output.getAsJsonArray("shape").asList().stream().map(JsonElement::getAsLong);
    var data = output.getAsJsonArray("data");
    boolean elsewhere = data == null && inJson;
    if (elsewhere && !parameters(output).containsKey("shared_memory_region")) {
      throw new IllegalArgumentException("an output without data");
    }
    var raw = inJson && data != null ? JsonValues.read(datatype, data) : bytes;
    return new Tensor(text(output, "name"), datatype, shape.toList(), raw);
  }

  private static Map<String, Object> parameters(JsonObject owner) {
    var out = new LinkedHashMap<String, Object>();
    if (owner.has("parameters")) {
      owner.getAsJsonObject("parameters").entrySet().stream()
          .filter(entry -> entry.getValue().isJsonPrimitive())
          .forEach(entry -> out.put(entry.getKey(), plain(entry.getValue())));
    }
    return out;
  }

  private static Object plain(JsonElement value) {
    var primitive = value.getAsJsonPrimitive();
    if (primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    if (primitive.isString()) {
      return primitive.getAsString();
    }
    var number = primitive.getAsBigDecimal();
    return number.stripTrailingZeros().scale() <= 0
        ? (Object) number.longValue()
        : (Object) number.doubleValue();
  }

  private static String text(JsonObject owner, String name) {
    var value = owner.get(name);
    if (value == null) {
      return "";
    }
    if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw new IllegalArgumentException("%s is no string: %s".formatted(name, value));
    }
    return value.getAsString();
  }
}
