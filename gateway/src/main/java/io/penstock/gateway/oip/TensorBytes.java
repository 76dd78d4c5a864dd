package io.penstock.gateway.oip;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A growing little-endian buffer of tensor elements.
final class TensorBytes {

  private ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
  private int elements;

  /// The buffer, with room for one more element of so many bytes.
  ByteBuffer buffer(int width) {
    elements++;
    if (bytes.remaining() < width) {
      grow(width);
    }
    return bytes;
  }

  private void grow(int width) {
    int capacity = Math.max(bytes.capacity() * 2, bytes.position() + width);
    bytes = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(bytes.flip());
  }

  int elements() {
    return elements;
  }

  /// What was written. The buffer must not be used afterwards.
  ByteString toByteString() {
    return UnsafeByteOperations.unsafeWrap(bytes.flip());
  }
}
