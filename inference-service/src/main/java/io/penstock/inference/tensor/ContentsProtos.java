package io.penstock.inference.tensor;

import com.google.protobuf.ByteString;
import io.penstock.inference.tensor.TensorData.Packed;
import io.penstock.inference.tensor.TensorData.Texts;
import io.penstock.proto.oip.InferTensorContents;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/// The protocol's `contents`: one list of values per family of types, of which a tensor uses the
/// one of its type.
final class ContentsProtos {

  private ContentsProtos() {}

  /// The list that values of a type stand in.
  static String fieldOf(DataType type) {
    return switch (type) {
      case BOOL -> "bool_contents";
      case INT8, INT16, INT32 -> "int_contents";
      case INT64 -> "int64_contents";
      case UINT8, UINT16, UINT32 -> "uint_contents";
      case UINT64 -> "uint64_contents";
      case FP32 -> "fp32_contents";
      case FP64 -> "fp64_contents";
      case BYTES -> "bytes_contents";
      case FP16, BF16 -> "raw_input_contents";
    };
  }

  /// How many values stand in the list of the type.
  static int count(DataType type, InferTensorContents contents) {
    return switch (type) {
      case BOOL -> contents.getBoolContentsCount();
      case INT8, INT16, INT32 -> contents.getIntContentsCount();
      case INT64 -> contents.getInt64ContentsCount();
      case UINT8, UINT16, UINT32 -> contents.getUintContentsCount();
      case UINT64 -> contents.getUint64ContentsCount();
      case FP32 -> contents.getFp32ContentsCount();
      case FP64 -> contents.getFp64ContentsCount();
      case BYTES -> contents.getBytesContentsCount();
      case FP16, BF16 -> 0;
    };
  }

  /// A list that holds values although it is not the one of the type.
  static Optional<String> foreignField(DataType type, InferTensorContents contents) {
    return contents.getAllFields().keySet().stream()
        .map(field -> field.getName())
        .filter(name -> !name.equals(fieldOf(type)))
        .findFirst();
  }

  /// The first value that the type cannot hold, among those whose list is wider than they are.
  static Optional<String> overflow(DataType type, InferTensorContents contents) {
    return switch (type) {
      case INT8 -> outside(contents.getIntContentsList(), Byte.MIN_VALUE, Byte.MAX_VALUE);
      case INT16 -> outside(contents.getIntContentsList(), Short.MIN_VALUE, Short.MAX_VALUE);
      case UINT8 -> outside(contents.getUintContentsList(), 0, 0xFF);
      case UINT16 -> outside(contents.getUintContentsList(), 0, 0xFFFF);
      default -> Optional.empty();
    };
  }

  private static Optional<String> outside(List<Integer> values, int least, int most) {
    return values.stream()
        .filter(value -> value < least || value > most)
        .findFirst()
        .map(value -> "%d is not within %d and %d".formatted(value, least, most));
  }

  static TensorData read(DataType type, InferTensorContents contents) {
    if (type == DataType.BYTES) {
      return new Texts(contents.getBytesContentsList());
    }
    var buffer =
        ByteBuffer.allocate(Math.multiplyExact(count(type, contents), type.size()))
            .order(ByteOrder.LITTLE_ENDIAN);
    pack(type, contents, buffer);
    return new Packed(ByteString.copyFrom(buffer.flip()));
  }

  private static void pack(DataType type, InferTensorContents contents, ByteBuffer to) {
    switch (type) {
      case BOOL -> contents.getBoolContentsList().forEach(v -> to.put((byte) (v ? 1 : 0)));
      case INT8 -> contents.getIntContentsList().forEach(v -> to.put(v.byteValue()));
      case INT16 -> contents.getIntContentsList().forEach(v -> to.putShort(v.shortValue()));
      case INT32 -> contents.getIntContentsList().forEach(to::putInt);
      case INT64 -> contents.getInt64ContentsList().forEach(to::putLong);
      case UINT8 -> contents.getUintContentsList().forEach(v -> to.put(v.byteValue()));
      case UINT16 -> contents.getUintContentsList().forEach(v -> to.putShort(v.shortValue()));
      case UINT32 -> contents.getUintContentsList().forEach(to::putInt);
      case UINT64 -> contents.getUint64ContentsList().forEach(to::putLong);
      case FP32 -> contents.getFp32ContentsList().forEach(to::putFloat);
      case FP64 -> contents.getFp64ContentsList().forEach(to::putDouble);
      case FP16, BF16, BYTES -> throw new IllegalArgumentException(type + " has no packed list");
    }
  }

  static InferTensorContents write(Tensor tensor) {
    var contents = InferTensorContents.newBuilder();
    if (tensor.type() == DataType.BYTES) {
      return contents.addAllBytesContents(tensor.values()).build();
    }
    var values = tensor.bytes().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      unpack(tensor.type(), values, contents);
    }
    return contents.build();
  }

  private static void unpack(DataType type, ByteBuffer from, InferTensorContents.Builder to) {
    switch (type) {
      case BOOL -> to.addBoolContents(from.get() != 0);
      case INT8 -> to.addIntContents(from.get());
      case INT16 -> to.addIntContents(from.getShort());
      case INT32 -> to.addIntContents(from.getInt());
      case INT64 -> to.addInt64Contents(from.getLong());
      case UINT8 -> to.addUintContents(Byte.toUnsignedInt(from.get()));
      case UINT16 -> to.addUintContents(Short.toUnsignedInt(from.getShort()));
      case UINT32 -> to.addUintContents(from.getInt());
      case UINT64 -> to.addUint64Contents(from.getLong());
      case FP32 -> to.addFp32Contents(from.getFloat());
      case FP64 -> to.addFp64Contents(from.getDouble());
      case FP16, BF16, BYTES -> throw new IllegalArgumentException(type + " has no packed list");
    }
  }
}
