package io.penstock.conformance.wire;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.protobuf.ByteString;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Elements of tensors as JSON.
final class JsonValues {

  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private JsonValues() {}

  /// One element as it stands in a `data` array. NaN and the infinities stand as JavaScript says
  /// them.
  static String literal(String datatype, ByteString element) {
    var in = Values.read(element);
    var type = Values.find(datatype);
    return switch (type == null ? Datatype.FP32 : type) {
      case BOOL -> in.get() != 0 ? "true" : "false";
      case INT8 -> String.valueOf(in.get());
      case INT16 -> String.valueOf(in.getShort());
      case INT32 -> String.valueOf(in.getInt());
      case INT64 -> String.valueOf(in.getLong());
      case UINT8 -> String.valueOf(Byte.toUnsignedInt(in.get()));
      case UINT16, FP16, BF16 -> String.valueOf(Short.toUnsignedInt(in.getShort()));
      case UINT32 -> Integer.toUnsignedString(in.getInt());
      case UINT64 -> Long.toUnsignedString(in.getLong());
      case FP32 -> String.valueOf(in.getFloat());
      case FP64 -> String.valueOf(in.getDouble());
      case BYTES -> GSON.toJson(element.toString(StandardCharsets.UTF_8));
    };
  }

  /// A whole tensor, flat.
  static String flat(Tensor tensor) {
    return "[" + String.join(",", literals(tensor)) + "]";
  }

  /// A whole tensor with an array for each dimension. Values that are missing or too many make the
  /// arrays ragged at the end.
  static String nested(Tensor tensor) {
    var literals = literals(tensor);
    if (tensor.shape().isEmpty()) {
      return "[" + String.join(",", literals) + "]";
    }
    var level = literals;
    for (int i = tensor.shape().size() - 1; i > 0; i--) {
      level = grouped(level, tensor.shape().get(i));
    }
    return "[" + String.join(",", level) + "]";
  }

  private static List<String> grouped(List<String> items, long size) {
    int step = size > 0 && size <= Integer.MAX_VALUE ? (int) size : Math.max(items.size(), 1);
    var groups = new ArrayList<String>();
    for (int at = 0; at < items.size(); at += step) {
      var group = items.subList(at, Math.min(items.size(), at + step));
      groups.add("[" + String.join(",", group) + "]");
    }
    return groups;
  }

  private static List<String> literals(Tensor tensor) {
    return Values.split(tensor.datatype(), tensor.raw()).stream()
        .map(element -> literal(tensor.datatype(), element))
        .toList();
  }

  /// The bytes of a `data` array, flat or nested.
  static ByteString read(String datatype, JsonArray data) {
    var elements = new ArrayList<ByteString>();
    append(Datatype.valueOf(datatype), data, elements);
    return Values.joined(elements);
  }

  private static void append(Datatype type, JsonElement item, List<ByteString> out) {
    if (item.isJsonArray()) {
      item.getAsJsonArray().forEach(inner -> append(type, inner, out));
    } else {
      out.add(element(type, item));
    }
  }

  private static ByteString element(Datatype type, JsonElement item) {
    if (item.isJsonNull()) {
      // What a server says that has no other way to write NaN.
      return type == Datatype.FP64 ? Values.fp64(Double.NaN) : Values.fp32(Float.NaN);
    }
    requireForm(type, item);
    return switch (type) {
      case BOOL -> Values.integers(type, item.getAsBoolean() ? 1 : 0);
      case FP32 -> Values.fp32(item.getAsFloat());
      case FP64 -> Values.fp64(item.getAsDouble());
      case BYTES -> Values.texts(item.getAsString());
      case FP16, BF16 -> throw new IllegalArgumentException(type + " in JSON");
      default ->
          Values.integers(type, new BigDecimal(item.getAsString()).toBigIntegerExact().longValue());
    };
  }

  private static void requireForm(Datatype type, JsonElement item) {
    var value = item.getAsJsonPrimitive();
    boolean fits =
        switch (type) {
          case BOOL -> value.isBoolean();
          case BYTES -> value.isString();
          case FP32, FP64 -> true;
          default -> value.isNumber();
        };
    if (!fits) {
      throw new IllegalArgumentException("%s element as %s".formatted(type, item));
    }
  }
}
