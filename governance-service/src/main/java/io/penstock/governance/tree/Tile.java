package io.penstock.governance.tree;

import java.util.Arrays;

/// A tile of C2SP tlog-tiles: up to 256 hashes of one level, where each hash of level `L` covers
/// `256^L` leaves.
///
/// @param hashes the hashes side by side, 32 bytes each
public record Tile(int level, long number, byte[] hashes) {

  /// Hashes of a full tile, and entries of a full bundle.
  public static final int WIDTH = 256;

  /// Tree levels that one level of tiles spans.
  public static final int HEIGHT = 8;

  public static final int FULL_BYTES = WIDTH * Hash.LENGTH;

  /// The hash over `2^height` neighbouring hashes, beginning at place `first`.
  public static Hash combine(byte[] hashes, int first, int height) {
    int from = first * Hash.LENGTH;
    byte[] row = Arrays.copyOfRange(hashes, from, from + (Hash.LENGTH << height));
    var hasher = new TreeHasher();
    for (int pairs = 1 << height >> 1; pairs > 0; pairs /= 2) {
      for (int pair = 0; pair < pairs; pair++) {
        hasher.node(row, pair * 2 * Hash.LENGTH, row, pair * Hash.LENGTH);
      }
    }
    return Hash.at(row, 0);
  }

  /// The hash over a full tile, which stands in the tile above.
  public Hash root() {
    return combine(hashes, 0, HEIGHT);
  }

  public int width() {
    return hashes.length / Hash.LENGTH;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tile that
        && level == that.level
        && number == that.number
        && Arrays.equals(hashes, that.hashes);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(number) * 31 + level;
  }

  @Override
  public String toString() {
    return "Tile[" + level + "/" + number + ", " + width() + " hashes]";
  }
}
