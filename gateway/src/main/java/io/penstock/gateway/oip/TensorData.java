package io.penstock.gateway.oip;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.ByteString;
import io.penstock.kit.failure.InvalidArguments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The `data` of one JSON tensor: nested or flat arrays, read straight into bytes. Nested arrays
/// must be as long as the shape says at every depth; the number of values must be the shape's in
/// either case.
final class TensorData {

  private final String field;
  private final Datatype type;
  private final TensorBytes bytes = new TensorBytes();

  /// Length of the arrays at each depth; they must all agree.
  private final List<Integer> lengths = new ArrayList<>();

  private TensorData(String field, Datatype type) {
    this.field = field;
    this.type = type;
  }

  /// @param field how errors call the data: `inputs[0].data`
  static TensorData read(String field, Datatype type, JsonReader in) throws IOException {
    TensorData data = new TensorData(field, type);
    if (in.peek() != JsonToken.BEGIN_ARRAY) {
      throw InvalidArguments.of(field, in.peek() + " (expected: an array)");
    }
    data.array(in, 0);
    return data;
  }

  private void array(JsonReader in, int depth) throws IOException {
    int length = 0;
    boolean nested = false;
    for (in.beginArray(); in.hasNext(); length++) {
      boolean isArray = in.peek() == JsonToken.BEGIN_ARRAY;
      if (length > 0 && isArray != nested) {
        throw InvalidArguments.of(
            field, "arrays and values side by side (expected: one kind at each depth)");
      }
      nested = isArray;
      item(in, depth, isArray);
    }
    in.endArray();
    record(depth, length);
  }

  private void item(JsonReader in, int depth, boolean isArray) throws IOException {
    if (isArray) {
      array(in, depth + 1);
      return;
    }
    try {
      type.read(in, bytes);
    } catch (NumberFormatException e) {
      throw InvalidArguments.of(
          field, "value %d: %s as %s".formatted(bytes.elements(), e.getMessage(), type));
    }
  }

  private void record(int depth, int length) {
    while (lengths.size() <= depth) {
      lengths.add(-1);
    }
    int before = lengths.set(depth, length);
    if (before >= 0 && before != length) {
      throw InvalidArguments.of(
          field, "ragged: arrays of %d and %d values at the same depth".formatted(before, length));
    }
  }

  /// The bytes, once they are known to fit a shape.
  ByteString fitting(List<Long> shape) {
    if (!holds(shape, bytes.elements())) {
      throw InvalidArguments.of(
          field,
          "%d values (expected: as many as shape %s holds)".formatted(bytes.elements(), shape));
    }
    boolean flat = lengths.size() <= 1;
    if (!flat && !shape.equals(lengths.stream().map(Integer::longValue).toList())) {
      throw InvalidArguments.of(
          field, "nested as %s (expected: %s, or flat)".formatted(lengths, shape));
    }
    return bytes.toByteString();
  }

  /// Whether a shape has so many elements; a product that overflows has not.
  private static boolean holds(List<Long> shape, int elements) {
    long product = 1;
    for (long dimension : shape) {
      if (dimension != 0 && product > Integer.MAX_VALUE / dimension) {
        return false;
      }
      product *= dimension;
    }
    return product == elements;
  }
}
