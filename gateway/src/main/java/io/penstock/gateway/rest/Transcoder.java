package io.penstock.gateway.rest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.penstock.gateway.contract.Routes.Match;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Turns HTTP requests into request messages and response messages into JSON, by the rules of
/// google/api/http.proto: the path fills fields, the body fills a field or the whole message, the
/// query fills what is left.
///
/// Everything is gathered into one JSON object first and parsed once, so a timestamp in a query
/// reads as one in a body.
public final class Transcoder {

  private static final String WHOLE = "*";
  private static final JsonFormat.Parser PARSER = JsonFormat.parser();
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();

  private static final Pattern UNKNOWN_FIELD =
      Pattern.compile("Cannot find field: (\\S+) in message .*");

  private Transcoder() {}

  /// The request message of an HTTP request.
  ///
  /// @param body the JSON body; empty for none
  public static DynamicMessage request(Match match, String body, Map<String, List<String>> query) {
    Descriptor type = match.rpc().method().getInputType();
    JsonObject json = withBody(match.binding().body(), body);
    if (!match.binding().body().equals(WHOLE)) {
      query.forEach((name, values) -> put(json, type, name, values));
    } else if (!query.isEmpty()) {
      throw InvalidArguments.of(
          query.keySet().iterator().next(), "query parameter (expected: in the body)");
    }
    match.variables().forEach((field, value) -> put(json, type, field, List.of(value)));
    return parse(json, type);
  }

  /// The response as JSON: the whole message, or the field that the binding names.
  static String response(Match match, Message message) {
    String field = match.binding().responseBody();
    return print(
        field.isEmpty() ? message : (MessageOrBuilder) message.getField(fieldOf(message, field)));
  }

  static String print(MessageOrBuilder message) {
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "a message of ours that is no JSON: " + message.getDescriptorForType().getFullName(), e);
    }
  }

  private static FieldDescriptor fieldOf(Message message, String name) {
    return Objects.requireNonNull(message.getDescriptorForType().findFieldByName(name), name);
  }

  private static JsonObject withBody(String binding, String body) {
    if (binding.isEmpty() || body.isBlank()) {
      return new JsonObject();
    }
    JsonObject parsed = objectOf(body);
    if (binding.equals(WHOLE)) {
      return parsed;
    }
    JsonObject whole = new JsonObject();
    whole.add(binding, parsed);
    return whole;
  }

  private static JsonObject objectOf(String body) {
    try {
      JsonElement element = JsonParser.parseString(body);
      if (element.isJsonObject()) {
        return element.getAsJsonObject();
      }
    } catch (JsonSyntaxException e) {
      throw InvalidArguments.of("body", "no JSON: " + firstLine(String.valueOf(e.getMessage())));
    }
    throw InvalidArguments.of("body", "JSON of another kind (expected: an object)");
  }

  /// Puts a value at a field path (`policy.name`, in either case style), replacing what the body
  /// says there.
  private static void put(JsonObject json, Descriptor type, String path, List<String> values) {
    String[] parts = path.split("\\.");
    JsonObject target = json;
    Descriptor owner = type;
    for (int i = 0; i < parts.length - 1; i++) {
      FieldDescriptor field = field(owner, parts[i], path);
      owner = nested(field, path);
      target = child(target, field);
    }
    FieldDescriptor leaf = field(owner, parts[parts.length - 1], path);
    remove(target, leaf);
    target.add(leaf.getName(), leaf.isRepeated() ? array(values) : single(path, values));
  }

  private static Descriptor nested(FieldDescriptor field, String path) {
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || field.isRepeated()) {
      throw InvalidArguments.of(
          path, "no such parameter: " + field.getJsonName() + " has no fields");
    }
    return field.getMessageType();
  }

  private static JsonObject child(JsonObject parent, FieldDescriptor field) {
    JsonElement existing =
        parent.has(field.getName()) ? parent.get(field.getName()) : parent.get(field.getJsonName());
    JsonObject child =
        existing != null && existing.isJsonObject() ? existing.getAsJsonObject() : new JsonObject();
    remove(parent, field);
    parent.add(field.getName(), child);
    return child;
  }

  private static void remove(JsonObject object, FieldDescriptor field) {
    object.remove(field.getName());
    object.remove(field.getJsonName());
  }

  private static FieldDescriptor field(Descriptor owner, String name, String path) {
    return owner.getFields().stream()
        .filter(field -> field.getName().equals(name) || field.getJsonName().equals(name))
        .findFirst()
        .orElseThrow(
            () -> InvalidArguments.of(path, "unknown parameter (expected: " + names(owner) + ")"));
  }

  private static String names(Descriptor owner) {
    List<String> names = owner.getFields().stream().map(FieldDescriptor::getJsonName).toList();
    return names.isEmpty() ? "none" : "one of " + String.join(", ", names);
  }

  private static JsonArray array(List<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }

  private static JsonElement single(String path, List<String> values) {
    if (values.size() != 1) {
      throw InvalidArguments.of(path, values.size() + " values (expected: 1)");
    }
    return array(values).get(0);
  }

  private static DynamicMessage parse(JsonObject json, Descriptor type) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
    try {
      PARSER.merge(json.toString(), builder);
      return builder.build();
    } catch (InvalidProtocolBufferException e) {
      throw badBody(String.valueOf(e.getMessage()));
    }
  }

  private static FailureException badBody(String message) {
    Matcher unknown = UNKNOWN_FIELD.matcher(firstLine(message));
    return unknown.matches()
        ? InvalidArguments.of(unknown.group(1), "unknown field")
        : InvalidArguments.of("body", firstLine(message));
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
