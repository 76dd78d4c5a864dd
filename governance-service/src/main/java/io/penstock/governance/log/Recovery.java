package io.penstock.governance.log;

import io.penstock.governance.tree.Hash;
import io.penstock.governance.tree.Tile;
import io.penstock.governance.tree.TreeEdge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a log's directory to where its journals say it was, whatever a crash left behind: torn
/// tail cut off, tiles and checkpoint written again, a fresh journal begun. Everything is checked
/// before anything is changed.
final class Recovery {

  private static final Logger log = LoggerFactory.getLogger(Recovery.class);

  private final Path directory;
  private final LogFiles files;
  private final SigningKey key;
  private final String origin;

  Recovery(Path directory, LogFiles files, SigningKey key, String origin) {
    this.directory = directory;
    this.files = files;
    this.key = key;
    this.origin = origin;
  }

  /// What a recovery ends with.
  record Recovered(LogView view, Journal journal) {}

  /// @param witnessed entries that somebody saw acknowledged; fewer here means that the disk forgot
  Recovered run(long witnessed) throws IOException {
    List<Path> journals = Journal.list(directory);
    requireJournal(journals);
    TreeEdge edge = replay(journals, (_, _) -> {});
    requireWitnessed(edge.size(), witnessed);
    var view = new LogView(Checkpoint.sign(origin, edge.size(), edge.root(), key), edge, files);
    sealFull(journals);
    requireSameHistory(view);
    Journal journal = Journal.create(directory, edge);
    removeOthers(journals, journal);
    files.writeVerifierKey(key.verifierKey(origin));
    log.info("The audit log in {} holds {} entries, root {}", directory, edge.size(), edge.root());
    return new Recovered(view, journal);
  }

  private void requireJournal(List<Path> journals) {
    if (journals.isEmpty() && files.published()) {
      throw new LogCorrupt(
          directory + " holds tiles but no journal; expected its journal-<base> file");
    }
  }

  private void requireWitnessed(long size, long witnessed) {
    if (size < witnessed) {
      throw new LogCorrupt(
          "%s holds %d entries, but the database has seen %d: this is not its directory, or entries were lost"
              .formatted(directory, size, witnessed));
    }
    String note = files.checkpoint();
    long published = note == null ? 0 : Checkpoint.read(note, origin, key).size();
    if (size < published) {
      throw new LogCorrupt(
          "%s holds %d entries, but a checkpoint over %d was signed: the journal lost entries"
              .formatted(directory, size, published));
    }
  }

  // Each growth comes with the size that the tree had before it.
  private TreeEdge replay(List<Path> journals, BiConsumer<Long, TreeEdge.Growth> growths)
      throws IOException {
    var replayed = new Replayed(sealedEdge(journals), growths);
    for (Path journal : journals) {
      Journal.replay(journal, replayed::apply);
    }
    return replayed.edge;
  }

  private TreeEdge sealedEdge(List<Path> journals) {
    long base = journals.isEmpty() ? 0 : Journal.base(journals.getFirst());
    var tiles = new ArrayList<byte[]>();
    for (int level = 0; base >> (Tile.HEIGHT * level) > 0; level++) {
      tiles.add(openTile(level, base >> (Tile.HEIGHT * level)));
    }
    return new TreeEdge(base, List.copyOf(tiles), List.of());
  }

  // The open tile of a level holds the roots of full tiles of the level below.
  private byte[] openTile(int level, long hashes) {
    byte[] tile = new byte[Tile.FULL_BYTES];
    for (long index = hashes - hashes % Tile.WIDTH; index < hashes; index++) {
      Hash root = new Tile(level - 1, index, files.tile(level - 1, index)).root();
      root.copyTo(tile, (int) (index % Tile.WIDTH) * Hash.LENGTH);
    }
    return tile;
  }

  private void sealFull(List<Path> journals) throws IOException {
    var written = new ArrayList<Path>();
    replay(journals, (before, growth) -> written.addAll(writeFull(before, growth)));
    files.forgetRecent();
    Sealer.sync(written);
  }

  private List<Path> writeFull(long before, TreeEdge.Growth growth) {
    try {
      return files.writeFull(growth, before);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requireSameHistory(LogView view) {
    String note = files.checkpoint();
    if (note == null) {
      return;
    }
    Checkpoint published = Checkpoint.read(note, origin, key);
    Hash root = view.root(published.size());
    if (!root.equals(published.root())) {
      throw new LogCorrupt(
          "the root over %d entries is %s, but a checkpoint signed %s"
              .formatted(published.size(), root, published.root()));
    }
  }

  private static void removeOthers(List<Path> journals, Journal current) throws IOException {
    for (Path journal : journals) {
      if (!journal.equals(current.file())) {
        Files.deleteIfExists(journal);
      }
    }
  }

  /// The tree so far while journals are read, of which a later one may begin with what an earlier
  /// one ended with.
  private static final class Replayed {

    private final BiConsumer<Long, TreeEdge.Growth> growths;
    private TreeEdge edge;

    Replayed(TreeEdge edge, BiConsumer<Long, TreeEdge.Growth> growths) {
      this.edge = edge;
      this.growths = growths;
    }

    void apply(JournalBatch batch) {
      if (batch.first() > edge.size()) {
        throw new LogCorrupt(
            "entries %d to %d are in no journal".formatted(edge.size(), batch.first() - 1));
      }
      if (batch.end() > edge.size()) {
        grow(batch);
      }
      if (batch.end() == edge.size() && !edge.root().equals(batch.root())) {
        throw new LogCorrupt(
            "the root over %d entries is %s, but the journal says %s"
                .formatted(edge.size(), edge.root(), batch.root()));
      }
    }

    private void grow(JournalBatch batch) {
      int known = (int) (edge.size() - batch.first());
      long before = edge.size();
      var growth = edge.grow(batch.entries().subList(known, batch.entries().size()));
      edge = growth.edge();
      growths.accept(before, growth);
    }
  }
}
