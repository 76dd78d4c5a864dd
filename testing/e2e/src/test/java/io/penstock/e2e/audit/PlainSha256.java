package io.penstock.e2e.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/// Checks proofs of RFC 6962 with SHA-256 and nothing else: no code of the log, none of its words.
final class PlainSha256 {

  private PlainSha256() {}

  /// The root that a leaf and the hashes beside its way up give (RFC 9162, 2.1.3.2).
  static byte[] root(byte[] leaf, long index, long size, List<byte[]> path) {
    byte[] hash = sha256(0, leaf);
    long node = index;
    long last = size - 1;
    for (byte[] sibling : path) {
      boolean fromTheLeft = node % 2 == 1 || node == last;
      hash = fromTheLeft ? sha256(1, sibling, hash) : sha256(1, hash, sibling);
      for (boolean up = fromTheLeft && node % 2 == 0; up && node != 0; up = node % 2 == 0) {
        node /= 2;
        last /= 2;
      }
      node /= 2;
      last /= 2;
    }
    return last == 0 ? hash : new byte[0];
  }

  /// Whether a tree is the beginning of a later one (RFC 9162, 2.1.4.2).
  static boolean isPrefix(long size1, byte[] root1, long size2, byte[] root2, List<byte[]> proof) {
    if (size1 == size2) {
      return proof.isEmpty() && MessageDigest.isEqual(root1, root2);
    }
    boolean whole = Long.bitCount(size1) == 1;
    byte[] first = whole ? root1 : proof.getFirst();
    byte[] second = first;
    int trailing = Long.numberOfTrailingZeros(~(size1 - 1));
    long node = (size1 - 1) >> trailing;
    long last = (size2 - 1) >> trailing;
    for (byte[] hash : whole ? proof : proof.subList(1, proof.size())) {
      if (node % 2 == 1 || node == last) {
        first = sha256(1, hash, first);
        second = sha256(1, hash, second);
        while (node % 2 == 0 && node != 0) {
          node /= 2;
          last /= 2;
        }
      } else {
        second = sha256(1, second, hash);
      }
      node /= 2;
      last /= 2;
    }
    return last == 0 && MessageDigest.isEqual(first, root1) && MessageDigest.isEqual(second, root2);
  }

  private static byte[] sha256(int prefix, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((byte) prefix);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
