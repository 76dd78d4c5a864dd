package io.penstock.oip.message;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.penstock.oip.json.JsonWriter;
import java.util.Map;
import java.util.Optional;

/// What REST writes otherwise than the messages are built, as Triton has it: a configuration is the
/// whole answer, settings are members of the body itself, regions of memory are a list.
final class SpecialForms {

  private static final String SETTINGS = "settings";
  private static final String REGIONS = "regions";
  private static final String CONFIG = "config";

  private SpecialForms() {}

  /// The map of a request that takes the members which are no fields.
  static Optional<FieldDescriptor> members(Descriptor request) {
    return Optional.ofNullable(request.findFieldByName(SETTINGS));
  }

  /// @param field the field that is the body; empty for all of the message
  /// @param variables of the path, which some answers repeat
  static void write(Message response, String field, Map<String, String> variables, JsonWriter out) {
    Descriptor type = response.getDescriptorForType();
    MessageWriter writer = new MessageWriter(out);
    if (!field.isEmpty()) {
      writer.field(response, type.findFieldByName(field));
    } else if (isOnly(type, CONFIG)) {
      writer.field(response, type.findFieldByName(CONFIG));
    } else if (isOnly(type, SETTINGS)) {
      writer.field(response, type.findFieldByName(SETTINGS));
    } else if (isOnly(type, REGIONS)) {
      writer.values(response, type.findFieldByName(REGIONS));
    } else if (type.getName().equals("ModelReadyResponse")) {
      ready(response, variables, out);
    } else {
      writer.message(response);
    }
  }

  private static boolean isOnly(Descriptor type, String field) {
    return type.getFields().size() == 1 && type.getFields().getFirst().getName().equals(field);
  }

  private static void ready(Message response, Map<String, String> variables, JsonWriter out) {
    out.beginObject();
    out.name("name").value(variables.getOrDefault("name", ""));
    out.name("ready").value(!saysNo(response));
    out.endObject();
  }

  /// 503 for a server that is not live or ready, 400 for a model that is not ready or not known.
  static int status(Message response) {
    if (!saysNo(response)) {
      return 200;
    }
    return response.getDescriptorForType().getName().startsWith("Model") ? 400 : 503;
  }

  private static boolean saysNo(Message response) {
    return response.getDescriptorForType().getFields().stream()
        .filter(field -> field.getName().equals("ready") || field.getName().equals("live"))
        .anyMatch(field -> response.getField(field).equals(false));
  }
}
