package io.penstock.oip;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.oip.json.JsonNumber;
import io.penstock.oip.json.JsonReader;
import io.penstock.oip.json.JsonWriter;
import io.penstock.proto.oip.InferParameter;
import java.util.LinkedHashMap;
import java.util.Map;

/// The `parameters` of requests, tensors and answers.
final class Parameters {

  static final String BINARY_DATA = "binary_data";
  static final String BINARY_DATA_OUTPUT = "binary_data_output";
  static final String BINARY_DATA_SIZE = "binary_data_size";
  static final String SHARED_MEMORY = "shared_memory_region";

  private Parameters() {}

  /// Reads the object; a null stands for none, as some clients send it.
  ///
  /// @param field how errors call it
  static Map<String, InferParameter> read(String field, JsonReader in) {
    if (in.takeNull() || !in.beginObject()) {
      return Map.of();
    }
    Map<String, InferParameter> parameters = LinkedHashMap.newLinkedHashMap(4);
    do {
      String name = in.name();
      if (!in.takeNull() && parameters.put(name, parameter(field, name, in)) != null) {
        throw InvalidArguments.of(field + "." + name, "given twice");
      }
    } while (in.moreMembers());
    return parameters;
  }

  private static InferParameter parameter(String field, String name, JsonReader in) {
    InferParameter.Builder parameter = InferParameter.newBuilder();
    if (in.isNumber()) {
      return number(field, name, in.number(), parameter);
    }
    if (in.isBoolean()) {
      return parameter.setBoolParam(in.bool()).build();
    }
    if (in.peek() == '"') {
      return parameter.setStringParam(in.string()).build();
    }
    throw InvalidArguments.of(
        field + "." + name, in.kind() + " (expected: a string, a number or a boolean)");
  }

  private static InferParameter number(
      String field, String name, JsonNumber number, InferParameter.Builder parameter) {
    if (number.isPlainInteger()) {
      return number.toString().startsWith("-") || number.toUnsignedLong() >= 0
          ? parameter.setInt64Param(number.toLong(Long.MIN_VALUE, Long.MAX_VALUE)).build()
          : parameter.setUint64Param(number.toUnsignedLong()).build();
    }
    double value = number.toDouble();
    if (Double.isInfinite(value)) {
      throw InvalidArguments.of(field + "." + name, "a number beyond FP64");
    }
    return parameter.setDoubleParam(value).build();
  }

  /// Whether a parameter is `true`.
  static boolean isSet(Map<String, InferParameter> parameters, String name) {
    InferParameter parameter = parameters.get(name);
    return parameter != null && parameter.getBoolParam();
  }

  /// Writes the members of the object.
  static void write(Map<String, InferParameter> parameters, JsonWriter out) {
    for (Map.Entry<String, InferParameter> entry : parameters.entrySet()) {
      value(entry.getValue(), out.name(entry.getKey()));
    }
  }

  private static void value(InferParameter parameter, JsonWriter out) {
    switch (parameter.getParameterChoiceCase()) {
      case BOOL_PARAM -> out.value(parameter.getBoolParam());
      case INT64_PARAM -> out.value(parameter.getInt64Param());
      case STRING_PARAM -> out.value(parameter.getStringParam());
      case DOUBLE_PARAM -> out.value(parameter.getDoubleParam());
      case UINT64_PARAM -> out.unsigned(parameter.getUint64Param());
      case PARAMETERCHOICE_NOT_SET -> out.nullValue();
    }
  }
}
