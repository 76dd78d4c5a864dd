package io.penstock.governance.tree;

import java.security.DigestException;
import java.security.MessageDigest;

/// RFC 6962 hashing in place, for many hashes in a row: one digest object and no garbage. For one
/// thread at a time.
final class TreeHasher {

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private final MessageDigest sha = Hash.sha256();

  /// Writes the hash of an entry into the target.
  void leaf(byte[] data, byte[] target, int offset) {
    sha.update(LEAF);
    sha.update(data);
    digest(target, offset);
  }

  /// Writes the hash over two neighbouring hashes into the target, which may be the same array.
  void node(byte[] hashes, int left, byte[] target, int offset) {
    sha.update(NODE);
    sha.update(hashes, left, 2 * Hash.LENGTH);
    digest(target, offset);
  }

  private void digest(byte[] target, int offset) {
    try {
      sha.digest(target, offset, Hash.LENGTH);
    } catch (DigestException e) {
      throw new IllegalArgumentException("no room for a hash at " + offset, e);
    }
  }
}
