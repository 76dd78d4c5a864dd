package io.penstock.oip;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The datatypes of the protocol.
enum Datatype {
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
  BYTES(0);

  private static final Map<String, Datatype> BY_NAME =
      Stream.of(values()).collect(Collectors.toMap(Enum::name, Function.identity()));

  private final int width;

  Datatype(int width) {
    this.width = width;
  }

  static Optional<Datatype> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /// Bytes an element; 0 for [#BYTES], whose elements have lengths of their own.
  int width() {
    return width;
  }

  /// Half-precision numbers have no place in JSON.
  boolean hasJsonForm() {
    return this != FP16 && this != BF16;
  }
}
