package io.penstock.registry.mlflow;

import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.penstock.kit.grpc.RequestCheck;
import io.penstock.registry.MlflowFailure;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Refuses a request of MLflow's API that lacks a field which the contract calls required, with
/// MLflow's words. As there, an empty text is no value.
@Singleton
final class RequiredFields implements RequestCheck {

  private static final String PACKAGE = "penstock.mlflow.v1";

  private final Map<Descriptor, Checks> known = new ConcurrentHashMap<>();

  /// @param required the fields that must have a value
  /// @param nested the fields whose messages are looked into
  private record Checks(List<FieldDescriptor> required, List<FieldDescriptor> nested) {}

  @Override
  public void check(Message request) {
    if (request.getDescriptorForType().getFile().getPackage().equals(PACKAGE)) {
      check(request, "");
    }
  }

  private void check(Message message, String path) {
    var checks = known.computeIfAbsent(message.getDescriptorForType(), RequiredFields::checks);
    for (var field : checks.required()) {
      if (isMissing(message, field)) {
        throw MlflowFailure.missing(path + field.getName());
      }
    }
    for (var field : checks.nested()) {
      checkNested(message, field, path);
    }
  }

  private void checkNested(Message message, FieldDescriptor field, String path) {
    var name = path + field.getName();
    if (!field.isRepeated()) {
      if (message.hasField(field)) {
        check((Message) message.getField(field), name + ".");
      }
      return;
    }
    int count = message.getRepeatedFieldCount(field);
    for (int i = 0; i < count; i++) {
      check((Message) message.getRepeatedField(field, i), name + "[" + i + "].");
    }
  }

  private static boolean isMissing(Message message, FieldDescriptor field) {
    if (field.isRepeated()) {
      return message.getRepeatedFieldCount(field) == 0;
    }
    return isEmpty(message, field) && !hasFormerName(message, field);
  }

  private static boolean isEmpty(Message message, FieldDescriptor field) {
    return !message.hasField(field) || message.getField(field).equals("");
  }

  // Old clients name a run by the field's former name.
  private static boolean hasFormerName(Message message, FieldDescriptor field) {
    if (!field.getName().equals("run_id")) {
      return false;
    }
    var former = message.getDescriptorForType().findFieldByName("run_uuid");
    return former != null && !isEmpty(message, former);
  }

  private static Checks checks(Descriptor type) {
    var required = type.getFields().stream().filter(RequiredFields::isRequired).toList();
    var nested = new ArrayList<FieldDescriptor>();
    for (var field : type.getFields()) {
      // No message of the API contains itself, so looking one level deeper each time ends.
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
          && !field.isMapField()
          && !isFree(checks(field.getMessageType()))) {
        nested.add(field);
      }
    }
    return new Checks(required, List.copyOf(nested));
  }

  private static boolean isFree(Checks checks) {
    return checks.required().isEmpty() && checks.nested().isEmpty();
  }

  private static boolean isRequired(FieldDescriptor field) {
    return field
        .getOptions()
        .getExtension(FieldBehaviorProto.fieldBehavior)
        .contains(FieldBehavior.REQUIRED);
  }
}
