package io.penstock.inference.tensor;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The element types of the Open Inference Protocol.
public enum DataType {
  BOOL(1),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  FP16(2),
  BF16(2),
  FP32(4),
  FP64(8),
  /// Byte strings, each with its own length; in models: strings.
  BYTES(0);

  private static final Map<String, DataType> BY_NAME =
      Stream.of(values()).collect(Collectors.toMap(Enum::name, Function.identity()));

  private final int size;

  DataType(int size) {
    this.size = size;
  }

  public static Optional<DataType> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /// Bytes an element; 0 for [#BYTES].
  public int size() {
    return size;
  }

  public boolean isFixedWidth() {
    return size > 0;
  }

  /// Half-precision types have no place in `contents`: they travel raw only.
  public boolean hasContents() {
    return this != FP16 && this != BF16;
  }
}
