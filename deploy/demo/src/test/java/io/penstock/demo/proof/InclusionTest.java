package io.penstock.demo.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Against the definition of the tree (RFC 9162, section 2.1.1), written down recursively.
class InclusionTest {

  @Test
  void holds_everyLeafOfEveryTree() throws Exception {
    for (int size = 1; size <= 70; size++) {
      List<byte[]> leaves = leaves(size);
      byte[] root = root(leaves);
      for (int index = 0; index < size; index++) {
        assertThat(Inclusion.holds(leaves.get(index), index, size, path(index, leaves), root))
            .as("leaf %d of %d", index, size)
            .isTrue();
      }
    }
  }

  @Test
  void holds_publishedRoots() throws Exception {
    assertThat(HexFormat.of().formatHex(root(List.of(new byte[0]))))
        .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  }

  @Test
  void holds_notForAnythingElse() throws Exception {
    List<byte[]> leaves = leaves(11);
    byte[] root = root(leaves);
    List<byte[]> path = path(6, leaves);
    byte[] leaf = leaves.get(6);
    assertThat(Inclusion.holds(leaf, 6, 11, path, root)).isTrue();
    assertThat(Inclusion.holds(leaves.get(7), 6, 11, path, root)).isFalse();
    assertThat(Inclusion.holds(leaf, 7, 11, path, root)).isFalse();
    assertThat(Inclusion.holds(leaf, 6, 12, path(6, leaves(12)), root)).isFalse();
    assertThat(Inclusion.holds(leaf, 6, 11, path.subList(0, 3), root)).isFalse();
    assertThat(Inclusion.holds(leaf, 6, 11, longer(path), root)).isFalse();
    assertThat(Inclusion.holds(leaf, 11, 11, path, root)).isFalse();
    assertThat(Inclusion.holds(leaf, -1, 11, path, root)).isFalse();
    byte[] otherRoot = root.clone();
    otherRoot[0] ^= 1;
    assertThat(Inclusion.holds(leaf, 6, 11, path, otherRoot)).isFalse();
  }

  private static List<byte[]> longer(List<byte[]> path) {
    List<byte[]> result = new ArrayList<>(path);
    result.add(new byte[32]);
    return result;
  }

  private static List<byte[]> leaves(int size) {
    return IntStream.range(0, size)
        .mapToObj(i -> ("leaf " + i).getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  private static byte[] root(List<byte[]> leaves) throws NoSuchAlgorithmException {
    if (leaves.size() == 1) {
      return hash(0, leaves.getFirst());
    }
    int split = Integer.highestOneBit(leaves.size() - 1);
    return hash(1, root(leaves.subList(0, split)), root(leaves.subList(split, leaves.size())));
  }

  private static List<byte[]> path(int index, List<byte[]> leaves) throws NoSuchAlgorithmException {
    if (leaves.size() == 1) {
      return List.of();
    }
    int split = Integer.highestOneBit(leaves.size() - 1);
    List<byte[]> left = leaves.subList(0, split);
    List<byte[]> right = leaves.subList(split, leaves.size());
    List<byte[]> path =
        new ArrayList<>(index < split ? path(index, left) : path(index - split, right));
    path.add(root(index < split ? right : left));
    return path;
  }

  private static byte[] hash(int prefix, byte[]... parts) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update((byte) prefix);
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }
}
