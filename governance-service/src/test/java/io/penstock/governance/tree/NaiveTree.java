package io.penstock.governance.tree;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// RFC 6962 section 2.1 word by word over a list of entries, and the verifiers of RFC 9162 section
/// 2.1: shares nothing with the log but SHA-256.
public final class NaiveTree {

  private final List<byte[]> entries;
  // The definition would hash the same subtrees again and again.
  private final Map<Long, byte[]> roots = new HashMap<>();

  NaiveTree(List<byte[]> entries) {
    this.entries = entries;
  }

  /// MTH of all entries.
  public static byte[] root(List<byte[]> entries) {
    return new NaiveTree(entries).root(0, entries.size());
  }

  /// MTH(D[from:to]).
  byte[] root(int from, int to) {
    long key = ((long) from << 32) | to;
    byte[] known = roots.get(key);
    if (known == null) {
      known = mth(from, to);
      roots.put(key, known);
    }
    return known;
  }

  private byte[] mth(int from, int to) {
    int n = to - from;
    if (n == 0) {
      return sha256();
    }
    if (n == 1) {
      return leaf(entries.get(from));
    }
    int k = Integer.highestOneBit(n - 1);
    return node(root(from, from + k), root(from + k, to));
  }

  /// PATH(m, D[from:to]).
  List<byte[]> path(int m, int from, int to) {
    int n = to - from;
    if (n == 1) {
      return new ArrayList<>();
    }
    int k = Integer.highestOneBit(n - 1);
    List<byte[]> path;
    if (m < k) {
      path = path(m, from, from + k);
      path.add(root(from + k, to));
    } else {
      path = path(m - k, from + k, to);
      path.add(root(from, from + k));
    }
    return path;
  }

  /// PROOF(m, D[0:n]).
  List<byte[]> proof(int m, int n) {
    return m == 0 || m == n ? List.of() : subproof(m, 0, n, true);
  }

  private List<byte[]> subproof(int m, int from, int to, boolean complete) {
    int n = to - from;
    if (m == n) {
      return complete ? new ArrayList<>() : new ArrayList<>(List.of(root(from, to)));
    }
    int k = Integer.highestOneBit(n - 1);
    List<byte[]> proof;
    if (m <= k) {
      proof = subproof(m, from, from + k, complete);
      proof.add(root(from + k, to));
    } else {
      proof = subproof(m - k, from + k, to, false);
      proof.add(root(from, from + k));
    }
    return proof;
  }

  /// RFC 9162 section 2.1.3.2: the root that an inclusion proof leads to.
  public static byte[] rootOfInclusion(byte[] leafHash, long index, long size, List<byte[]> path) {
    long fn = index;
    long sn = size - 1;
    byte[] r = leafHash;
    for (byte[] p : path) {
      if (sn == 0) {
        throw new AssertionError("the path is too long");
      }
      if ((fn & 1) == 1 || fn == sn) {
        r = node(p, r);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        r = node(r, p);
      }
      fn >>= 1;
      sn >>= 1;
    }
    if (sn != 0) {
      throw new AssertionError("the path is too short");
    }
    return r;
  }

  /// RFC 9162 section 2.1.4.2: the two roots that a consistency proof leads to, for `0 < first <
  /// second`.
  public static List<byte[]> rootsOfConsistency(
      long first, long second, byte[] firstRoot, List<byte[]> proof) {
    var path = new ArrayList<>(proof);
    if (Long.bitCount(first) == 1) {
      path.addFirst(firstRoot);
    }
    long fn = first - 1;
    long sn = second - 1;
    while ((fn & 1) == 1) {
      fn >>= 1;
      sn >>= 1;
    }
    byte[] fr = path.getFirst();
    byte[] sr = path.getFirst();
    for (byte[] c : path.subList(1, path.size())) {
      if (sn == 0) {
        throw new AssertionError("the proof is too long");
      }
      if ((fn & 1) == 1 || fn == sn) {
        fr = node(c, fr);
        sr = node(c, sr);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        sr = node(sr, c);
      }
      fn >>= 1;
      sn >>= 1;
    }
    if (sn != 0) {
      throw new AssertionError("the proof is too short");
    }
    return List.of(fr, sr);
  }

  public static byte[] leaf(byte[] data) {
    return sha256(new byte[] {0}, data);
  }

  static byte[] node(byte[] left, byte[] right) {
    return sha256(new byte[] {1}, left, right);
  }

  public static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        sha.update(part);
      }
      return sha.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
