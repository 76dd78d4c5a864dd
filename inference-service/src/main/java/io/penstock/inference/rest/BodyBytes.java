package io.penstock.inference.rest;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// The body of a request as it arrives. A length that is only announced takes little memory: who
/// promises much has to send it first.
final class BodyBytes {

  private static final int TRUSTED = 64 * 1024;
  private static final byte[] NONE = {};

  private final int most;
  private byte[] bytes = NONE;
  private int size;

  /// @param announced the length that the headers say; negative where they say none
  /// @param most the bound on what is taken
  BodyBytes(long announced, int most) {
    this.most = most;
    if (announced > 0) {
      bytes = new byte[(int) Math.min(announced, TRUSTED)];
    }
  }

  /// Appends; false where that is more than is taken.
  boolean add(ByteBuf content) {
    int length = content.readableBytes();
    if (length > most - size) {
      return false;
    }
    if (length > bytes.length - size) {
      bytes = Arrays.copyOf(bytes, Math.max(size + length, Math.min(most, 2 * size)));
    }
    content.readBytes(bytes, size, length);
    size += length;
    return true;
  }

  /// All of it. Nothing may be added afterwards.
  byte[] toArray() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }
}
