package io.penstock.oip.message;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.Optional;

/// Messages that stand for one plain value of several kinds, as parameters do: over REST they are
/// that value.
final class Choices {

  private Choices() {}

  /// Whether a message is nothing but one choice between scalars.
  static boolean isChoice(Descriptor type) {
    return type.getRealOneofs().size() == 1
        && type.getRealOneofs().getFirst().getFieldCount() == type.getFields().size()
        && type.getFields().stream().allMatch(field -> field.getJavaType() != JavaType.MESSAGE);
  }

  /// The field that is set in a message of this kind.
  static Optional<FieldDescriptor> chosen(Message message) {
    return isChoice(message.getDescriptorForType())
        ? message.getAllFields().keySet().stream().findFirst()
        : Optional.empty();
  }

  /// Whether a message is nothing but one list of texts: the value of a trace setting.
  static boolean isTextList(Descriptor type) {
    return type.getFields().size() == 1
        && type.getFields().getFirst().isRepeated()
        && type.getFields().getFirst().getJavaType() == JavaType.STRING;
  }
}
