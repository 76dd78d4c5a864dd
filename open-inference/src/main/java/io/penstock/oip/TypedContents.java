package io.penstock.oip;

import com.google.protobuf.ByteString;
import io.penstock.oip.json.ByteSink;
import io.penstock.proto.oip.InferTensorContents;

/// The protocol's typed `contents` as raw values.
final class TypedContents {

  private TypedContents() {}

  static ByteString pack(String datatype, InferTensorContents contents) {
    ByteSink to = new ByteSink(contents.getSerializedSize());
    Datatype.named(datatype).ifPresent(type -> pack(type, contents, to));
    return to.toByteString();
  }

  private static void pack(Datatype type, InferTensorContents contents, ByteSink to) {
    switch (type) {
      case BOOL -> contents.getBoolContentsList().forEach(value -> to.put(value ? 1 : 0));
      case INT8 -> contents.getIntContentsList().forEach(to::put);
      case INT16 -> contents.getIntContentsList().forEach(to::putShort);
      case INT32 -> contents.getIntContentsList().forEach(to::putInt);
      case INT64 -> contents.getInt64ContentsList().forEach(to::putLong);
      case UINT8 -> contents.getUintContentsList().forEach(to::put);
      case UINT16 -> contents.getUintContentsList().forEach(to::putShort);
      case UINT32 -> contents.getUintContentsList().forEach(to::putInt);
      case UINT64 -> contents.getUint64ContentsList().forEach(to::putLong);
      case FP32 -> contents.getFp32ContentsList().forEach(to::putFloat);
      case FP64 -> contents.getFp64ContentsList().forEach(to::putDouble);
      case BYTES -> contents.getBytesContentsList().forEach(value -> text(value, to));
      case FP16, BF16 -> throw new IllegalArgumentException(type + " travels raw only");
    }
  }

  private static void text(ByteString value, ByteSink to) {
    to.putInt(value.size());
    to.put(value);
  }
}
