package io.penstock.inference.serving;

import io.penstock.inference.tensor.DataType;
import java.util.Optional;

/// Element types as Triton's model configuration names them.
public final class DataTypeProtos {

  private static final String PREFIX = "TYPE_";

  private DataTypeProtos() {}

  public static io.penstock.proto.oip.DataType toProto(DataType type) {
    return switch (type) {
      case BYTES -> io.penstock.proto.oip.DataType.TYPE_STRING;
      default -> io.penstock.proto.oip.DataType.valueOf(PREFIX + type.name());
    };
  }

  /// Empty for the invalid type, and for one of a newer contract.
  public static Optional<DataType> fromProto(io.penstock.proto.oip.DataType type) {
    return switch (type) {
      case TYPE_STRING -> Optional.of(DataType.BYTES);
      case TYPE_INVALID, UNRECOGNIZED -> Optional.empty();
      default -> DataType.named(type.name().substring(PREFIX.length()));
    };
  }
}
