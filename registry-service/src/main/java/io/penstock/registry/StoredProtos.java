package io.penstock.registry;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;

/// Protobuf messages in `bytea` columns: what is stored and given back whole, and never asked about
/// in SQL.
public final class StoredProtos {

  private StoredProtos() {}

  /// Only this service writes these columns, so bytes that do not parse are a bug or a broken
  /// database.
  public static <T extends Message> T parse(Parser<T> parser, byte[] stored) {
    try {
      return parser.parseFrom(stored);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored message is unreadable", e);
    }
  }
}
