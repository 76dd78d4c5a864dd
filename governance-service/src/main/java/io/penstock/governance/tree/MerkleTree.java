package io.penstock.governance.tree;

import java.util.ArrayList;
import java.util.List;

/// The roots and proofs of RFC 6962 section 2.1 for every size that a log ever had, computed from
/// complete subtrees.
///
/// A complete subtree never changes once it is full, so the trees of all sizes share them. Sizes
/// and indexes are checked by the caller.
public record MerkleTree(Subtrees subtrees) {

  /// Where the hashes of complete subtrees come from.
  @FunctionalInterface
  public interface Subtrees {
    /// The hash over the leaves `[index * 2^level, (index + 1) * 2^level)`.
    Hash hash(int level, long index);
  }

  /// MTH(D[0:size]).
  public Hash root(long size) {
    return size == 0 ? Hash.EMPTY : range(0, size);
  }

  /// PATH(index, D[0:size]), from the leaf to the root.
  public List<Hash> inclusion(long index, long size) {
    var path = new ArrayList<Hash>();
    inclusion(index, 0, size, path);
    return path;
  }

  /// PROOF(first, D[0:second]); empty when the sizes are equal or the first tree is empty.
  public List<Hash> consistency(long first, long second) {
    var proof = new ArrayList<Hash>();
    if (first > 0) {
      subproof(first, 0, second, true, proof);
    }
    return proof;
  }

  private void inclusion(long index, long from, long to, List<Hash> path) {
    if (to - from == 1) {
      return;
    }
    long middle = from + split(to - from);
    if (index < middle) {
      inclusion(index, from, middle, path);
      path.add(range(middle, to));
    } else {
      inclusion(index, middle, to, path);
      path.add(range(from, middle));
    }
  }

  // `known` while the subtree [from, to) may still be one whose hash the verifier has: the first
  // tree's own root.
  private void subproof(long first, long from, long to, boolean known, List<Hash> proof) {
    if (first == to) {
      if (!known) {
        proof.add(range(from, to));
      }
      return;
    }
    long middle = from + split(to - from);
    if (first <= middle) {
      subproof(first, from, middle, known, proof);
      proof.add(range(middle, to));
    } else {
      subproof(first, middle, to, false, proof);
      proof.add(range(from, middle));
    }
  }

  private Hash range(long from, long to) {
    long count = to - from;
    if (Long.bitCount(count) == 1) {
      int level = Long.numberOfTrailingZeros(count);
      return subtrees.hash(level, from >> level);
    }
    long middle = from + split(count);
    return Hash.node(range(from, middle), range(middle, to));
  }

  /// The largest power of two smaller than the count.
  private static long split(long count) {
    return Long.highestOneBit(count - 1);
  }
}
