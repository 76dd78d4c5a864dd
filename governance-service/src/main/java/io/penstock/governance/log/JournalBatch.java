package io.penstock.governance.log;

import io.penstock.governance.tree.Hash;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// One append as the journal keeps it: `int32 length, int32 CRC-32C of the body`, then the body:
/// first index, root, entries.
///
/// @param first index of the first entry
/// @param root of the tree with these entries, so that a replay proves itself
record JournalBatch(long first, List<byte[]> entries, Hash root) {

  private static final int HEADER = 2 * Integer.BYTES;
  private static final int BODY_HEADER = Long.BYTES + Hash.LENGTH;

  long end() {
    return first + entries.size();
  }

  ByteBuffer encode() {
    int length = BODY_HEADER + EntryBundle.encodedLength(entries);
    ByteBuffer target = ByteBuffer.allocate(HEADER + length);
    target.putInt(length).putInt(0).putLong(first).put(root.bytes());
    EntryBundle.encode(entries, target);
    return target.putInt(Integer.BYTES, checksum(target.array(), HEADER, length)).flip();
  }

  /// The next batch, or empty at the end and where the journal was torn off.
  static Optional<JournalBatch> read(DataInputStream source, long available) throws IOException {
    try {
      int length = source.readInt();
      int checksum = source.readInt();
      if (length < BODY_HEADER || length > available - HEADER) {
        return Optional.empty();
      }
      byte[] body = source.readNBytes(length);
      return body.length == length && checksum(body, 0, length) == checksum
          ? Optional.of(decode(ByteBuffer.wrap(body)))
          : Optional.empty();
    } catch (EOFException torn) {
      return Optional.empty();
    }
  }

  int encodedLength() {
    return HEADER + BODY_HEADER + EntryBundle.encodedLength(entries);
  }

  private static JournalBatch decode(ByteBuffer body) {
    long first = body.getLong();
    byte[] root = new byte[Hash.LENGTH];
    body.get(root);
    return new JournalBatch(first, EntryBundle.decode(body), Hash.at(root, 0));
  }

  private static int checksum(byte[] bytes, int from, int length) {
    var crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
