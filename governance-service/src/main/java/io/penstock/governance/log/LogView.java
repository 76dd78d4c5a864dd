package io.penstock.governance.log;

import io.penstock.governance.tree.Hash;
import io.penstock.governance.tree.MerkleTree;
import io.penstock.governance.tree.Tile;
import io.penstock.governance.tree.TreeEdge;
import java.util.List;

/// The log at one moment: its checkpoint, and every entry, root and proof of this size and all
/// earlier ones.
///
/// Indexes and sizes are the caller's to check against [#size()].
public final class LogView {

  private final Checkpoint checkpoint;
  private final TreeEdge edge;
  private final LogFiles files;
  private final MerkleTree tree;

  LogView(Checkpoint checkpoint, TreeEdge edge, LogFiles files) {
    this.checkpoint = checkpoint;
    this.edge = edge;
    this.files = files;
    this.tree = new MerkleTree(this::subtree);
  }

  public Checkpoint checkpoint() {
    return checkpoint;
  }

  public long size() {
    return edge.size();
  }

  /// The exact bytes of an entry.
  public byte[] entry(long index) {
    int place = (int) (index % Tile.WIDTH);
    boolean open = index / Tile.WIDTH == edge.size() / Tile.WIDTH;
    return open
        ? edge.entries().get(place).clone()
        : files.bundle(index / Tile.WIDTH).get(place).clone();
  }

  /// The hash of an entry, from the tree rather than from the entry.
  public Hash leafHash(long index) {
    return subtree(0, index);
  }

  /// The root at this size or an earlier one.
  public Hash root(long size) {
    return tree.root(size);
  }

  /// The sibling hashes from a leaf to the root at a size: RFC 6962 section 2.1.1.
  public List<Hash> inclusion(long index, long size) {
    return tree.inclusion(index, size);
  }

  /// The proof that the tree of the first size is a prefix of that of the second: RFC 6962 section
  /// 2.1.2.
  public List<Hash> consistency(long first, long second) {
    return tree.consistency(first, second);
  }

  TreeEdge edge() {
    return edge;
  }

  private Hash subtree(int level, long index) {
    if (edge.holds(level, index)) {
      return edge.subtree(level, index);
    }
    byte[] hashes = files.tile(level / Tile.HEIGHT, TreeEdge.tileNumber(level, index));
    return Tile.combine(hashes, TreeEdge.placeInTile(level, index), level % Tile.HEIGHT);
  }
}
