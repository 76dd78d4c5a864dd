package io.penstock.kit.events;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.util.HashMap;
import java.util.Map;

/// Headers of an event as the JSON object that tables hold.
public final class EventHeaders {

  private static final String NONE = "{}";

  private EventHeaders() {}

  public static String toJson(Map<String, String> headers) {
    if (headers.isEmpty()) {
      return NONE;
    }
    var object = Struct.newBuilder();
    headers.forEach((name, value) -> object.putFields(name, text(value)));
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(object);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("event headers cannot be written as JSON", e);
    }
  }

  public static Map<String, String> fromJson(String json) {
    if (json.equals(NONE)) {
      return Map.of();
    }
    var object = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(json, object);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a table holds headers that are no JSON object", e);
    }
    var headers = new HashMap<String, String>();
    object.getFieldsMap().forEach((name, value) -> headers.put(name, value.getStringValue()));
    return headers;
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }
}
