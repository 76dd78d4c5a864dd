package io.penstock.governance.log;

import io.penstock.governance.tree.Tile;
import java.nio.file.Path;
import java.util.Locale;

/// The names of C2SP tlog-tiles: `tile/<L>/<N>[.p/<W>]` and `tile/entries/<N>[.p/<W>]`, relative to
/// the log's directory.
final class LogPaths {

  static final Path CHECKPOINT = Path.of("checkpoint");
  static final Path VERIFIER_KEY = Path.of("verifier-key");
  static final Path TILES = Path.of("tile");

  private static final int GROUP = 1000;

  private LogPaths() {}

  /// Where a tile lies, full or not.
  static Path of(Tile tile) {
    return tile.width() == Tile.WIDTH
        ? tile(tile.level(), tile.number())
        : partialTile(tile.level(), tile.number(), tile.width());
  }

  static Path tile(int level, long number) {
    return TILES.resolve(level + "/" + encode(number));
  }

  static Path partialTile(int level, long number, int width) {
    return partials(tile(level, number)).resolve(Integer.toString(width));
  }

  static Path bundle(long number) {
    return TILES.resolve("entries/" + encode(number));
  }

  static Path partialBundle(long number, int width) {
    return partials(bundle(number)).resolve(Integer.toString(width));
  }

  /// The directory that holds what came before a tile or bundle was full.
  static Path partials(Path full) {
    return full.resolveSibling(full.getFileName() + ".p");
  }

  /// Groups of three digits, all but the last behind an `x`: 1234067 is `x001/x234/067`.
  static String encode(long number) {
    String last = String.format(Locale.ROOT, "%03d", number % GROUP);
    var groups = new StringBuilder(last);
    for (long rest = number / GROUP; rest > 0; rest /= GROUP) {
      groups.insert(0, String.format(Locale.ROOT, "x%03d/", rest % GROUP));
    }
    return groups.toString();
  }
}
