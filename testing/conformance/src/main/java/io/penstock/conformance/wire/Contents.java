package io.penstock.conformance.wire;

import com.google.protobuf.ByteString;
import io.penstock.proto.oip.InferTensorContents;

/// Tensors as the typed fields of gRPC messages.
final class Contents {

  private Contents() {}

  static InferTensorContents write(Tensor tensor) {
    var out = InferTensorContents.newBuilder();
    for (var element : Values.split(tensor.datatype(), tensor.raw())) {
      add(tensor.datatype(), element, out);
    }
    return out.build();
  }

  private static void add(String datatype, ByteString element, InferTensorContents.Builder out) {
    var in = Values.read(element);
    var type = Values.find(datatype);
    switch (type == null ? Datatype.FP32 : type) {
      case BOOL -> out.addBoolContents(in.get() != 0);
      case INT8 -> out.addIntContents(in.get());
      case INT16 -> out.addIntContents(in.getShort());
      case INT32 -> out.addIntContents(in.getInt());
      case INT64 -> out.addInt64Contents(in.getLong());
      case UINT8 -> out.addUintContents(Byte.toUnsignedInt(in.get()));
      case UINT16 -> out.addUintContents(Short.toUnsignedInt(in.getShort()));
      case UINT32 -> out.addUintContents(in.getInt());
      case UINT64 -> out.addUint64Contents(in.getLong());
      case FP32 -> out.addFp32Contents(in.getFloat());
      case FP64 -> out.addFp64Contents(in.getDouble());
      case BYTES -> out.addBytesContents(element);
      case FP16, BF16 -> throw new IllegalArgumentException(type + " has no contents");
    }
  }

  static ByteString read(String datatype, InferTensorContents in) {
    var type = Datatype.valueOf(datatype);
    return switch (type) {
      case BOOL -> integers(type, in.getBoolContentsList().stream().mapToLong(b -> b ? 1 : 0));
      case INT8, INT16, INT32 ->
          integers(type, in.getIntContentsList().stream().mapToLong(Integer::longValue));
      case UINT8, UINT16, UINT32 ->
          integers(type, in.getUintContentsList().stream().mapToLong(Integer::longValue));
      case INT64 -> integers(type, in.getInt64ContentsList().stream().mapToLong(Long::longValue));
      case UINT64 -> integers(type, in.getUint64ContentsList().stream().mapToLong(Long::longValue));
      case FP32 -> fp32(in);
      case FP64 -> fp64(in);
      case BYTES -> Values.elements(in.getBytesContentsList());
      case FP16, BF16 -> throw new IllegalArgumentException(type + " has no contents");
    };
  }

  private static ByteString integers(Datatype type, java.util.stream.LongStream values) {
    return Values.integers(type, values.toArray());
  }

  private static ByteString fp32(InferTensorContents in) {
    var values = new float[in.getFp32ContentsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.getFp32Contents(i);
    }
    return Values.fp32(values);
  }

  private static ByteString fp64(InferTensorContents in) {
    var values = new double[in.getFp64ContentsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.getFp64Contents(i);
    }
    return Values.fp64(values);
  }
}
