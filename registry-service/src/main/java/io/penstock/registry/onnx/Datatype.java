package io.penstock.registry.onnx;

import io.penstock.proto.onnx.TensorProto;
import java.util.Arrays;
import java.util.Optional;

/// The tensor types of the Open Inference Protocol, by their name on the wire, and what ONNX calls
/// them.
public enum Datatype {
  BOOL(TensorProto.DataType.BOOL),
  UINT8(TensorProto.DataType.UINT8),
  UINT16(TensorProto.DataType.UINT16),
  UINT32(TensorProto.DataType.UINT32),
  UINT64(TensorProto.DataType.UINT64),
  INT8(TensorProto.DataType.INT8),
  INT16(TensorProto.DataType.INT16),
  INT32(TensorProto.DataType.INT32),
  INT64(TensorProto.DataType.INT64),
  FP16(TensorProto.DataType.FLOAT16),
  FP32(TensorProto.DataType.FLOAT),
  FP64(TensorProto.DataType.DOUBLE),
  BF16(TensorProto.DataType.BFLOAT16),
  BYTES(TensorProto.DataType.STRING);

  private final TensorProto.DataType onnx;

  Datatype(TensorProto.DataType onnx) {
    this.onnx = onnx;
  }

  static Optional<Datatype> ofOnnx(int elementType) {
    return Arrays.stream(values()).filter(type -> type.onnx.getNumber() == elementType).findFirst();
  }

  public static Optional<Datatype> ofName(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  public boolean isFloatingPoint() {
    return switch (this) {
      case FP16, BF16, FP32, FP64 -> true;
      case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES -> false;
    };
  }

  public boolean isNumeric() {
    return this != BYTES && this != BOOL;
  }
}
