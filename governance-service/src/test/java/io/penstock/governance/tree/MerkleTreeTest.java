package io.penstock.governance.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {

  // The leaves and roots that Certificate Transparency's reference implementations test with.
  private static final List<String> LEAVES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");
  private static final List<String> ROOTS =
      List.of(
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  @Test
  void root_ofTheKnownTrees() {
    var edge = TreeEdge.EMPTY;
    assertThat(edge.root().toString())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (int i = 0; i < LEAVES.size(); i++) {
      edge = edge.grow(List.of(HexFormat.of().parseHex(LEAVES.get(i)))).edge();
      assertThat(edge.root().toString()).isEqualTo(ROOTS.get(i));
    }
  }

  @Test
  void rootsAndProofs_agreeWithTheDefinition() {
    int most = 200;
    var entries = Entries.range(0, most);
    var edge = TreeEdge.EMPTY.grow(entries).edge();
    var known = new HashMap<List<Long>, Hash>();
    var tree =
        new MerkleTree(
            (level, index) ->
                known.computeIfAbsent(
                    List.of((long) level, index), _ -> edge.subtree(level, index)));
    var naive = new NaiveTree(entries);
    for (int size = 1; size <= most; size++) {
      assertThat(tree.root(size).bytes()).as("root of %d", size).isEqualTo(naive.root(0, size));
      for (int index = 0; index < size; index++) {
        assertThat(bytes(tree.inclusion(index, size)))
            .as("inclusion of %d in %d", index, size)
            .isDeepEqualTo(naive.path(index, 0, size).toArray(byte[][]::new));
      }
      for (int first = 0; first <= size; first++) {
        assertThat(bytes(tree.consistency(first, size)))
            .as("consistency of %d with %d", first, size)
            .isDeepEqualTo(naive.proof(first, size).toArray(byte[][]::new));
      }
    }
  }

  @Test
  void grow_inAnySteps_givesTheSameTree() {
    var entries = Entries.range(0, 70_000);
    var whole = TreeEdge.EMPTY.grow(entries);
    var stepwise = TreeEdge.EMPTY;
    var tiles = new ArrayList<Tile>();
    for (int from = 0; from < entries.size(); ) {
      int to = Math.min(entries.size(), from + 1 + (from * 7) % 611);
      var growth = stepwise.grow(entries.subList(from, to));
      stepwise = growth.edge();
      tiles.addAll(growth.tiles());
      from = to;
    }
    assertThat(stepwise.root()).isEqualTo(whole.edge().root());
    assertThat(tiles).containsExactlyInAnyOrderElementsOf(whole.tiles());
    assertThat(whole.tiles()).hasSize(70_000 / 256 + 1);
  }

  private static byte[][] bytes(List<Hash> hashes) {
    return hashes.stream().map(Hash::bytes).toArray(byte[][]::new);
  }

  @Test
  void subtree_ofFullTile_isFoundAboveIt() {
    var growth = TreeEdge.EMPTY.grow(Entries.range(0, 256));
    assertThat(growth.tiles()).hasSize(1);
    assertThat(growth.edge().subtree(8, 0)).isEqualTo(growth.tiles().getFirst().root());
    assertThat(Stream.of(0, 1).map(growth.edge()::width)).containsExactly(0, 1);
  }
}
