package io.penstock.demo.proof;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/// Recomputes the root of a Merkle tree from one leaf and the hashes beside its path (RFC 9162,
/// section 2.1.3.2).
public final class Inclusion {

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private Inclusion() {}

  /// Whether bytes are the leaf at `index` of the tree with `size` leaves and this root.
  public static boolean holds(
      byte[] leafData, long index, long size, List<byte[]> path, byte[] root) {
    return index >= 0
        && index < size
        && MessageDigest.isEqual(root, climb(sha256(LEAF, leafData), index, size - 1, path));
  }

  /// @return an empty array where the path has the wrong length
  private static byte[] climb(byte[] leaf, long index, long lastIndex, List<byte[]> path) {
    byte[] hash = leaf;
    long node = index;
    long last = lastIndex;
    for (byte[] sibling : path) {
      if (last == 0) {
        return new byte[0];
      }
      if (node % 2 == 1 || node == last) {
        hash = sha256(NODE, sibling, hash);
        while (node % 2 == 0 && node != 0) {
          node /= 2;
          last /= 2;
        }
      } else {
        hash = sha256(NODE, hash, sibling);
      }
      node /= 2;
      last /= 2;
    }
    return last == 0 ? hash : new byte[0];
  }

  private static byte[] sha256(byte prefix, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(prefix);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
