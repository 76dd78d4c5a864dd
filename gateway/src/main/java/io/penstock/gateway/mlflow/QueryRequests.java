package io.penstock.gateway.mlflow;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import io.penstock.gateway.GatewayFailure.InvalidParameter;
import io.penstock.kit.failure.FailureException;
import java.util.List;
import java.util.Map;

/// Fills requests from the parameters of a query and the variables of a path. A parameter that is
/// no list counts by its first value; what means nothing is passed over.
final class QueryRequests {

  private QueryRequests() {}

  static void read(Map<String, List<String>> query, Message.Builder into) {
    Shape shape = Shape.of(into.getDescriptorForType());
    query.forEach((name, values) -> shape.field(name).ifPresent(it -> fill(into, it, values)));
  }

  /// One text for a field that is no list.
  static void set(Message.Builder into, String name, String text) {
    Shape.of(into.getDescriptorForType())
        .field(name)
        .ifPresent(field -> into.setField(field, value(field, text)));
  }

  private static void fill(Message.Builder into, FieldDescriptor field, List<String> values) {
    if (field.getJavaType() == JavaType.MESSAGE) {
      return;
    }
    if (!field.isRepeated()) {
      into.setField(field, value(field, values.getFirst()));
      return;
    }
    into.clearField(field);
    values.forEach(text -> into.addRepeatedField(field, value(field, text)));
  }

  private static Object value(FieldDescriptor field, String text) {
    return FieldTexts.value(field, text).orElseThrow(() -> invalid(field, text));
  }

  private static FailureException invalid(FieldDescriptor field, String text) {
    return field.getJavaType() == JavaType.BOOLEAN
        ? new FailureException(
            new InvalidParameter(
                "Invalid boolean value: %s, must be 'true' or 'false'.".formatted(text)))
        : Parameter.of(null, field.getName()).invalid(JsonText.quoted(text), "str");
  }
}
