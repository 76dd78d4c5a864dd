package io.penstock.gateway.mlflow;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import io.penstock.gateway.mlflow.JsonCursor.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Fills requests from JSON bodies as MLflow's server does: unknown names are passed over, null is
/// no value, of two values under one name the later one counts, and numbers may be strings.
final class JsonRequests {

  private final JsonCursor json;

  private JsonRequests(JsonCursor json) {
    this.json = json;
  }

  /// @param body empty for an empty object
  static void read(byte[] body, Message.Builder into) {
    JsonCursor json = new JsonCursor(body);
    if (json.isAtEnd()) {
      return;
    }
    switch (json.next()) {
      case OBJECT -> new JsonRequests(json).object(into, null);
      case NULL -> json.skip();
      // Clients of old encode their JSON twice.
      case STRING -> read(json.string().getBytes(StandardCharsets.UTF_8), into);
      default -> throw json.malformed("an object");
    }
    if (!json.isAtEnd()) {
      throw json.malformed("nothing after the object");
    }
  }

  private void object(Message.Builder into, @Nullable Parameter owner) {
    Shape shape = Shape.of(into.getDescriptorForType());
    json.enter();
    while (json.more()) {
      String name = json.name();
      Optional<FieldDescriptor> field = shape.field(name);
      if (field.isPresent()) {
        field(into, field.get(), Parameter.of(owner, field.get().getName()));
      } else {
        json.skip();
      }
    }
  }

  private void field(Message.Builder into, FieldDescriptor field, Parameter parameter) {
    if (json.next() == Kind.NULL) {
      json.skip();
      into.clearField(field);
    } else if (field.isRepeated()) {
      list(into, field, parameter);
    } else {
      into.setField(field, value(into, field, parameter));
    }
  }

  private void list(Message.Builder into, FieldDescriptor field, Parameter parameter) {
    if (json.next() != Kind.ARRAY) {
      throw invalid(parameter);
    }
    into.clearField(field);
    json.enter();
    for (int i = 0; json.more(); i++) {
      into.addRepeatedField(field, value(into, field, parameter.element(i)));
    }
  }

  private Object value(Message.Builder owner, FieldDescriptor field, Parameter parameter) {
    if (field.getJavaType() == JavaType.MESSAGE) {
      return message(owner.newBuilderForField(field), parameter);
    }
    int from = json.position();
    Kind kind = json.next();
    return scalar(field, kind)
        .orElseThrow(
            () -> parameter.invalid(json.slice(from, json.position()), python(kind, from)));
  }

  private Message message(Message.Builder message, Parameter parameter) {
    if (json.next() != Kind.OBJECT) {
      throw invalid(parameter);
    }
    object(message, parameter);
    return message.build();
  }

  private Optional<Object> scalar(FieldDescriptor field, Kind kind) {
    JavaType wanted = field.getJavaType();
    return switch (kind) {
      case STRING -> {
        String text = json.string();
        yield wanted == JavaType.BOOLEAN ? Optional.empty() : FieldTexts.value(field, text);
      }
      case NUMBER -> {
        String text = json.number();
        yield wanted == JavaType.BOOLEAN || wanted == JavaType.STRING
            ? Optional.empty()
            : FieldTexts.value(field, text);
      }
      case TRUE, FALSE -> {
        json.skip();
        yield wanted == JavaType.BOOLEAN ? Optional.of(kind == Kind.TRUE) : Optional.empty();
      }
      case NULL, ARRAY, OBJECT -> {
        json.skip();
        yield Optional.empty();
      }
    };
  }

  private RuntimeException invalid(Parameter parameter) {
    int from = json.position();
    Kind kind = json.next();
    json.skip();
    return parameter.invalid(json.slice(from, json.position()), python(kind, from));
  }

  /// What Python calls the type of a value.
  private String python(Kind kind, int from) {
    return switch (kind) {
      case STRING -> "str";
      case TRUE, FALSE -> "bool";
      case NULL -> "NoneType";
      case ARRAY -> "list";
      case OBJECT -> "dict";
      case NUMBER -> json.slice(from, json.position()).matches("-?\\d+") ? "int" : "float";
    };
  }
}
