package io.penstock.inference.tensor;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The raw form of BYTES tensors: each element after its length in four little-endian bytes.
final class RawTexts {

  private static final int PREFIX = Integer.BYTES;

  private RawTexts() {}

  /// Empty where the bytes are not exactly `count` elements.
  static Optional<List<ByteString>> parse(ByteString raw, long count) {
    if (count > raw.size() / PREFIX) {
      return Optional.empty();
    }
    // Sliced: the buffer of a part of a message begins somewhere in that message.
    var lengths = raw.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    var values = new ArrayList<ByteString>((int) count);
    int position = 0;
    while (values.size() < count && raw.size() - position >= PREFIX) {
      int length = lengths.getInt(position);
      position += PREFIX;
      if (length < 0 || length > raw.size() - position) {
        return Optional.empty();
      }
      values.add(raw.substring(position, position + length));
      position += length;
    }
    return values.size() == count && position == raw.size()
        ? Optional.of(values)
        : Optional.empty();
  }

  static ByteString encode(List<ByteString> values) {
    int size = values.stream().mapToInt(value -> PREFIX + value.size()).sum();
    var buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (var value : values) {
      buffer.putInt(value.size());
      value.copyTo(buffer);
    }
    return ByteString.copyFrom(buffer.flip());
  }
}
