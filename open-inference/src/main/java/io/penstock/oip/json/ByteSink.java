package io.penstock.oip.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A growing array of bytes; numbers go in little-endian.
public final class ByteSink {

  private static final VarHandle SHORTS = view(short[].class);
  private static final VarHandle INTS = view(int[].class);
  private static final VarHandle LONGS = view(long[].class);

  private byte[] bytes;
  private int size;

  /// @param capacity bytes expected; more may come
  public ByteSink(int capacity) {
    bytes = new byte[capacity];
  }

  private static VarHandle view(Class<?> type) {
    return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.LITTLE_ENDIAN);
  }

  public int size() {
    return size;
  }

  public void put(int value) {
    int at = room(1);
    bytes[at] = (byte) value;
  }

  public void putShort(int value) {
    int at = room(Short.BYTES);
    SHORTS.set(bytes, at, (short) value);
  }

  public void putInt(int value) {
    int at = room(Integer.BYTES);
    INTS.set(bytes, at, value);
  }

  public void putLong(long value) {
    int at = room(Long.BYTES);
    LONGS.set(bytes, at, value);
  }

  public void putFloat(float value) {
    putInt(Float.floatToRawIntBits(value));
  }

  public void putDouble(double value) {
    putLong(Double.doubleToRawLongBits(value));
  }

  public void put(byte[] source, int from, int length) {
    int at = room(length);
    System.arraycopy(source, from, bytes, at, length);
  }

  /// The characters of a text that is ASCII.
  public void putAscii(CharSequence text) {
    int length = text.length();
    int at = room(length);
    for (int i = 0; i < length; i++) {
      bytes[at + i] = (byte) text.charAt(i);
    }
  }

  /// Appends bytes of a protobuf message.
  public void put(ByteString source) {
    int at = room(source.size());
    source.copyTo(bytes, at);
  }

  /// Replaces four bytes that were put before: a length that is known only afterwards.
  public void setInt(int at, int value) {
    INTS.set(bytes, at, value);
  }

  /// Makes room and takes it: the index at which to write. `bytes` may be another array afterwards.
  private int room(int length) {
    int at = size;
    if (length > bytes.length - at) {
      grow(length);
    }
    size = at + length;
    return at;
  }

  private void grow(int length) {
    int least = Math.addExact(size, length);
    bytes =
        Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(2L * size, least)));
  }

  /// What was put. The sink must not be used afterwards.
  public ByteString toByteString() {
    return UnsafeByteOperations.unsafeWrap(bytes, 0, size);
  }

  /// What was put, in an array of its own length. The sink must not be used afterwards.
  public byte[] toByteArray() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }
}
