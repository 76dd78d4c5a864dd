package io.penstock.conformance.wire;

/// The protocol's datatypes.
public enum Datatype {
  BOOL(1),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  FP16(2),
  BF16(2),
  FP32(4),
  FP64(8),
  BYTES(0);

  private final int width;

  Datatype(int width) {
    this.width = width;
  }

  /// Bytes an element; 0 where each has a length of its own.
  public int width() {
    return width;
  }

  /// Whether the protocol can say it other than as raw bytes: half precision has no JSON and no
  /// `contents`.
  public boolean isReadable() {
    return this != FP16 && this != BF16;
  }

  public boolean isInteger() {
    return name().contains("INT");
  }

  public boolean isUnsigned() {
    return name().startsWith("U");
  }
}
