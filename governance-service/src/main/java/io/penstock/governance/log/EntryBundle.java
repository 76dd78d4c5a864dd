package io.penstock.governance.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The entries form of C2SP tlog-tiles: each entry behind its length as a big-endian uint16.
final class EntryBundle {

  /// Bytes of an entry at most: what a uint16 can say.
  static final int MAX_ENTRY = 0xFFFF;

  private EntryBundle() {}

  static int encodedLength(List<byte[]> entries) {
    return entries.stream().mapToInt(entry -> Short.BYTES + entry.length).sum();
  }

  static byte[] encode(List<byte[]> entries) {
    ByteBuffer target = ByteBuffer.allocate(encodedLength(entries));
    encode(entries, target);
    return target.array();
  }

  static void encode(List<byte[]> entries, ByteBuffer target) {
    for (byte[] entry : entries) {
      target.putShort((short) entry.length).put(entry);
    }
  }

  /// All entries that the buffer holds.
  ///
  /// @throws java.nio.BufferUnderflowException when it ends within one
  static List<byte[]> decode(ByteBuffer source) {
    var entries = new ArrayList<byte[]>();
    while (source.hasRemaining()) {
      byte[] entry = new byte[Short.toUnsignedInt(source.getShort())];
      source.get(entry);
      entries.add(entry);
    }
    return entries;
  }
}
