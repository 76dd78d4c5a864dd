package io.penstock.governance.tree;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// A SHA-256 hash in an RFC 6962 tree: of a leaf, of a node, or of nothing.
public final class Hash {

  /// Bytes of a hash.
  public static final int LENGTH = 32;

  /// The root of the empty tree: the hash of no bytes.
  public static final Hash EMPTY = new Hash(sha256().digest());

  private final byte[] bytes;

  private Hash(byte[] bytes) {
    this.bytes = bytes;
  }

  /// The hash of an entry: SHA-256 of `0x00 || data`.
  public static Hash leaf(byte[] data) {
    byte[] hash = new byte[LENGTH];
    new TreeHasher().leaf(data, hash, 0);
    return new Hash(hash);
  }

  /// The hash of two subtrees side by side: SHA-256 of `0x01 || left || right`.
  public static Hash node(Hash left, Hash right) {
    byte[] pair = Arrays.copyOf(left.bytes, 2 * LENGTH);
    right.copyTo(pair, LENGTH);
    byte[] hash = new byte[LENGTH];
    new TreeHasher().node(pair, 0, hash, 0);
    return new Hash(hash);
  }

  /// The hash whose 32 bytes stand in the array from `offset` on.
  public static Hash at(byte[] array, int offset) {
    return new Hash(Arrays.copyOfRange(array, offset, offset + LENGTH));
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, LENGTH);
  }

  /// A digest to feed.
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hash that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
