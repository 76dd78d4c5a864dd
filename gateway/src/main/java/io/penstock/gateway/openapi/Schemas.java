package io.penstock.gateway.openapi;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.penstock.gateway.contract.Contract;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// JSON schemas of messages, as protobuf's JSON mapping writes them. Collects what it was asked to
/// refer to.
final class Schemas {

  /// Messages that have a JSON form of their own (protobuf.dev, ProtoJSON).
  private static final Map<String, String> WELL_KNOWN =
      Map.of(
          "google.protobuf.Timestamp", "date-time",
          "google.protobuf.Duration", "duration",
          "google.protobuf.FieldMask", "field-mask");

  private static final Set<String> FOREIGN = Set.of("inference", "penstock.mlflow.v1");

  private final Contract contract;
  private final Set<String> seen = new HashSet<>();
  private final Deque<Descriptor> pending = new ArrayDeque<>();

  Schemas(Contract contract) {
    this.contract = contract;
  }

  /// Whether a message field is written as one JSON string.
  boolean isScalar(FieldDescriptor field) {
    return WELL_KNOWN.containsKey(field.getMessageType().getFullName());
  }

  JsonObject reference(Descriptor message) {
    if (seen.add(message.getFullName())) {
      pending.add(message);
    }
    JsonObject reference = new JsonObject();
    reference.addProperty("$ref", "#/components/schemas/" + message.getFullName());
    return reference;
  }

  JsonObject of(FieldDescriptor field) {
    if (field.isMapField()) {
      JsonObject map = typed("object");
      map.add("additionalProperties", single(field.getMessageType().getFields().get(1)));
      return map;
    }
    if (field.isRepeated()) {
      JsonObject list = typed("array");
      list.add("items", single(field));
      return list;
    }
    return single(field);
  }

  private JsonObject single(FieldDescriptor field) {
    return switch (field.getType()) {
      case DOUBLE, FLOAT -> typed("number");
      case INT32, SINT32, SFIXED32, UINT32, FIXED32 -> typed("integer");
      case INT64, SINT64, SFIXED64, UINT64, FIXED64 ->
          isForeign(field) ? typed("integer") : formatted("int64");
      case BOOL -> typed("boolean");
      case BYTES -> formatted("byte");
      case STRING -> typed("string");
      case ENUM -> enumeration(field);
      case MESSAGE, GROUP -> message(field.getMessageType());
    };
  }

  private JsonObject message(Descriptor message) {
    String format = WELL_KNOWN.get(message.getFullName());
    if (format != null) {
      return formatted(format);
    }
    return message.getFullName().equals("google.protobuf.Struct")
        ? typed("object")
        : reference(message);
  }

  private static JsonObject enumeration(FieldDescriptor field) {
    JsonArray values = new JsonArray();
    field.getEnumType().getValues().stream().map(EnumValueDescriptor::getName).forEach(values::add);
    JsonObject schema = typed("string");
    schema.add("enum", values);
    return schema;
  }

  /// Every message that was referred to, and those that they refer to.
  JsonObject collected() {
    JsonObject all = new JsonObject();
    while (!pending.isEmpty()) {
      Descriptor message = pending.remove();
      all.add(message.getFullName(), object(message));
    }
    return all;
  }

  private JsonObject object(Descriptor message) {
    JsonObject properties = new JsonObject();
    for (FieldDescriptor field : message.getFields()) {
      JsonObject schema = of(field);
      String comment = contract.comment(field);
      if (!comment.isEmpty()) {
        schema.addProperty("description", comment);
      }
      properties.add(nameOf(field), schema);
    }
    JsonObject schema = typed("object");
    schema.addProperty("description", contract.comment(message));
    schema.add("properties", properties);
    return schema;
  }

  /// The name of a field in JSON.
  static String nameOf(FieldDescriptor field) {
    return isForeign(field) ? field.getName() : field.getJsonName();
  }

  /// Foreign APIs write names as in the .proto, and 64-bit integers as numbers.
  private static boolean isForeign(FieldDescriptor field) {
    return FOREIGN.contains(field.getFile().getPackage());
  }

  static JsonObject binary() {
    return formatted("binary");
  }

  static JsonObject problem() {
    JsonObject properties = new JsonObject();
    for (String name : new String[] {"type", "title", "code", "reason", "detail", "traceId"}) {
      properties.add(name, typed("string"));
    }
    properties.add("status", typed("integer"));
    properties.add("violations", typed("array"));
    properties.add("metadata", typed("object"));
    JsonObject schema = typed("object");
    schema.add("properties", properties);
    return schema;
  }

  static JsonObject security() {
    JsonObject bearer = new JsonObject();
    bearer.addProperty("type", "http");
    bearer.addProperty("scheme", "bearer");
    JsonObject apiKey = new JsonObject();
    apiKey.addProperty("type", "apiKey");
    apiKey.addProperty("in", "header");
    apiKey.addProperty("name", "X-API-Key");
    JsonObject schemes = new JsonObject();
    schemes.add("bearer", bearer);
    schemes.add("apiKey", apiKey);
    return schemes;
  }

  /// What every operation needs unless it says otherwise: one of the two.
  static JsonArray eitherCredential() {
    JsonArray either = new JsonArray();
    for (String scheme : security().keySet()) {
      JsonObject one = new JsonObject();
      one.add(scheme, new JsonArray());
      either.add(one);
    }
    return either;
  }

  private static JsonObject typed(String type) {
    JsonObject schema = new JsonObject();
    schema.addProperty("type", type);
    return schema;
  }

  private static JsonObject formatted(String format) {
    JsonObject schema = typed("string");
    schema.addProperty("format", format);
    return schema;
  }
}
