package io.penstock.gateway.mlflow;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.Type;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The fields that a request may fill, by the names that it may give them: the contract's, or as
/// protobuf's JSON has them.
///
/// A look-up in the descriptor itself puts together a full name each time, which a batch of a
/// thousand metrics notices.
final class Shape {

  private static final Map<Descriptor, Shape> KNOWN = new ConcurrentHashMap<>();

  private final Map<String, FieldDescriptor> fields = new HashMap<>();

  private Shape(Descriptor type) {
    for (FieldDescriptor field : type.getFields()) {
      // Bytes are what bodies are, and no request holds a map.
      if (field.getType() != Type.BYTES && !field.isMapField()) {
        fields.put(field.getJsonName(), field);
        fields.put(field.getName(), field);
      }
    }
  }

  static Shape of(Descriptor type) {
    return KNOWN.computeIfAbsent(type, Shape::new);
  }

  /// Empty for a name that means nothing here.
  Optional<FieldDescriptor> field(String name) {
    return Optional.ofNullable(fields.get(name));
  }
}
