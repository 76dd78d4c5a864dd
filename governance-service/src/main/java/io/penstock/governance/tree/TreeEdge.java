package io.penstock.governance.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The right edge of the tree: the tiles and the bundle that are not full yet. With the full ones
/// on disk it is the whole tree.
///
/// An edge never changes for who holds it: growing writes only behind the hashes that it counts,
/// and starts a new array where a tile is full.
///
/// @param size leaves of the tree
/// @param tiles one array of 8,192 bytes a tile level, filled as far as the size says
/// @param entries entries of the open bundle
public record TreeEdge(long size, List<byte[]> tiles, List<byte[]> entries) {

  public static final TreeEdge EMPTY = new TreeEdge(0, List.of(), List.of());

  /// What appending gives: the new edge, and what became full on the way.
  public record Growth(TreeEdge edge, List<Tile> tiles, List<List<byte[]>> bundles) {}

  /// The tree with these entries appended.
  public Growth grow(List<byte[]> appended) {
    var growing = new Growing(this);
    appended.forEach(growing::append);
    return growing.growth();
  }

  /// How many entries lie in full bundles.
  public long base() {
    return size - entries.size();
  }

  public Hash root() {
    return new MerkleTree(this::subtree).root(size);
  }

  /// How many hashes the open tile of a level holds.
  int width(int level) {
    return (int) (hashesOf(level) % Tile.WIDTH);
  }

  /// True when the hash lies in the open tile of its level rather than in a full one on disk.
  public boolean holds(int level, long index) {
    int tileLevel = level / Tile.HEIGHT;
    return tileNumber(level, index) == hashesOf(tileLevel) / Tile.WIDTH;
  }

  /// The hash of a complete subtree that this edge holds.
  public Hash subtree(int level, long index) {
    return Tile.combine(
        tiles.get(level / Tile.HEIGHT), placeInTile(level, index), level % Tile.HEIGHT);
  }

  /// The open tiles that hold anything.
  public List<Tile> openTiles() {
    var open = new ArrayList<Tile>();
    for (int level = 0; level < tiles.size(); level++) {
      int width = width(level);
      if (width > 0) {
        byte[] hashes = Arrays.copyOf(tiles.get(level), width * Hash.LENGTH);
        open.add(new Tile(level, hashesOf(level) / Tile.WIDTH, hashes));
      }
    }
    return open;
  }

  public static long tileNumber(int level, long index) {
    return (index << (level % Tile.HEIGHT)) / Tile.WIDTH;
  }

  public static int placeInTile(int level, long index) {
    return (int) ((index << (level % Tile.HEIGHT)) % Tile.WIDTH);
  }

  private long hashesOf(int level) {
    return size >> (Tile.HEIGHT * level);
  }

  /// One append in the making.
  private static final class Growing {

    private final List<Tile> fullTiles = new ArrayList<>();
    private final List<List<byte[]>> fullBundles = new ArrayList<>();
    private final List<byte[]> tiles;
    private final TreeHasher hasher = new TreeHasher();
    private List<byte[]> entries;
    private long size;

    Growing(TreeEdge edge) {
      this.tiles = new ArrayList<>(edge.tiles);
      this.entries = new ArrayList<>(edge.entries);
      this.size = edge.size;
    }

    void append(byte[] entry) {
      entries.add(entry);
      if (entries.size() == Tile.WIDTH) {
        fullBundles.add(entries);
        entries = new ArrayList<>();
      }
      int place = (int) (size % Tile.WIDTH);
      hasher.leaf(entry, tile(0), place * Hash.LENGTH);
      completed(0, size);
      size++;
    }

    private byte[] tile(int level) {
      if (level == tiles.size()) {
        tiles.add(new byte[Tile.FULL_BYTES]);
      }
      return tiles.get(level);
    }

    // The hash at this index of the level was just written.
    private void completed(int level, long index) {
      if (index % Tile.WIDTH == Tile.WIDTH - 1) {
        fill(new Tile(level, index / Tile.WIDTH, tiles.get(level)));
      }
    }

    private void fill(Tile full) {
      fullTiles.add(full);
      tiles.set(full.level(), new byte[Tile.FULL_BYTES]);
      int above = full.level() + 1;
      full.root().copyTo(tile(above), (int) (full.number() % Tile.WIDTH) * Hash.LENGTH);
      completed(above, full.number());
    }

    Growth growth() {
      var edge = new TreeEdge(size, List.copyOf(tiles), List.copyOf(entries));
      return new Growth(edge, fullTiles, fullBundles);
    }
  }
}
