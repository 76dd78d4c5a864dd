package io.penstock.governance.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.governance.tree.Entries;
import io.penstock.governance.tree.NaiveTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log directory cut off at every byte and at every step of an append must come back as what was
/// acknowledged, or as that and the append that was under way.
class RecoveryTest {

  private static final String ORIGIN = "example.com/log";
  private static final int BEFORE = 253;
  private static final int AFTER = 258;

  @TempDir Path directory;

  @Test
  void tornJournal_atEveryByte_isCutOffAtTheLastWholeAppend() throws IOException {
    Path before = logOf("before", BEFORE);
    Path after = copy(before, "after");
    append(after, BEFORE, AFTER);
    byte[] whole = Files.readAllBytes(journal(after));
    int acknowledged = (int) Files.size(journal(before));
    for (int cut = acknowledged; cut <= whole.length; cut++) {
      Path torn = copy(before, "torn-" + cut);
      Files.write(journal(torn), Arrays.copyOf(whole, cut));
      verifyAndGoOn(torn, cut == whole.length ? AFTER : BEFORE, "cut at byte " + cut);
    }
  }

  @Test
  void garbageAfterTheTear_isCutOff() throws IOException {
    Path log = logOf("garbage", BEFORE);
    byte[] journal = Files.readAllBytes(journal(log));
    byte[] longer = Arrays.copyOf(journal, journal.length + 5000);
    Arrays.fill(longer, journal.length, longer.length, (byte) 7);
    Files.write(journal(log), longer);
    verifyAndGoOn(log, BEFORE, "garbage");
    Path zeros = logOf("zeros", BEFORE);
    Files.write(journal(zeros), Arrays.copyOf(journal, journal.length + 5000));
    verifyAndGoOn(zeros, BEFORE, "zeros");
  }

  // After the journal's fsync come the published files one by one; a crash may come after each, and
  // tear the last.
  @Test
  void crashBetweenAnyTwoFiles_losesNothing() throws IOException {
    Path before = logOf("before", BEFORE);
    Path after = copy(before, "after");
    append(after, BEFORE, AFTER);
    List<Path> written = changedFiles(before, after);
    assertThat(written).hasSizeGreaterThan(4);
    for (int done = 0; done <= written.size(); done++) {
      Path crashed = copy(before, "crashed-" + done);
      Files.copy(journal(after), crashed.resolve(journal(after).getFileName()), REPLACE);
      for (Path file : written.subList(0, done)) {
        put(crashed.resolve(file), Files.readAllBytes(after.resolve(file)));
      }
      if (done < written.size()) {
        put(crashed.resolve(written.get(done) + DurableFiles.UNFINISHED), new byte[] {1, 2});
      }
      verifyAndGoOn(crashed, AFTER, "after " + done + " files");
    }
  }

  // Tiles and bundles above the journal's base are not fsynced: power loss may leave them empty or
  // not at all.
  @Test
  void powerLoss_ofUnsyncedFiles_isRepairedFromTheJournal() throws IOException {
    Path log = logOf("power", 1000);
    for (Path file : filesBelow(log.resolve("tile"))) {
      Files.write(file, new byte[0]);
    }
    Files.write(log.resolve("checkpoint"), new byte[0]);
    verifyAndGoOn(log, 1000, "empty files");
    Path bare = logOf("bare", 1000);
    for (Path file : filesBelow(bare.resolve("tile"))) {
      Files.delete(file);
    }
    verifyAndGoOn(bare, 1000, "no files");
  }

  @Test
  void leftoverOlderJournal_isReadOnce() throws IOException {
    Path log = logOf("older", 100);
    byte[] older = Files.readAllBytes(journal(log));
    append(log, 100, 300);
    byte[] whole = Files.readAllBytes(journal(log));
    open(log).close();
    assertThat(journal(log)).hasFileName("journal-0000000000000256");
    Files.write(log.resolve("journal-0000000000000000"), whole);
    verifyAndGoOn(log, 300, "whole older journal");
    assertThat(older.length).isLessThan(whole.length);
  }

  @Test
  void acknowledgedEntriesMissing_areNotSilentlyForgotten() throws IOException {
    Path log = logOf("lost", BEFORE);
    append(log, BEFORE, AFTER);
    byte[] whole = Files.readAllBytes(journal(log));
    byte[] cut = Arrays.copyOf(whole, whole.length - 1);
    Files.write(journal(log), cut);
    assertThatThrownBy(() -> open(log))
        .isInstanceOf(LogCorrupt.class)
        .hasMessageContaining("253 entries")
        .hasMessageContaining("over 258 was signed");
    assertThat(Files.readAllBytes(journal(log))).isEqualTo(cut);
  }

  @Test
  void flippedBit_inTheJournal_isNotSilentlyForgotten() throws IOException {
    Path log = logOf("bit", BEFORE);
    byte[] journal = Files.readAllBytes(journal(log));
    journal[journal.length / 2] ^= 1;
    Files.write(journal(log), journal);
    assertThatThrownBy(() -> open(log))
        .isInstanceOf(LogCorrupt.class)
        .hasMessageContaining("was signed");
  }

  @Test
  void missingJournal_isRefused() throws IOException {
    Path log = logOf("missing", BEFORE);
    Files.delete(journal(log));
    assertThatThrownBy(() -> open(log))
        .isInstanceOf(LogCorrupt.class)
        .hasMessageContaining("no journal");
  }

  @Test
  void alteredTile_belowTheJournal_isRefused() throws IOException {
    Path log = logOf("altered", 600);
    open(log).close();
    Path tile = log.resolve("tile/0/000");
    byte[] hashes = Files.readAllBytes(tile);
    hashes[40] ^= 1;
    Files.write(tile, hashes);
    assertThatThrownBy(() -> open(log)).isInstanceOf(LogCorrupt.class);
  }

  private static final java.nio.file.CopyOption REPLACE =
      java.nio.file.StandardCopyOption.REPLACE_EXISTING;

  private Path logOf(String name, int size) {
    Path log = directory.resolve(name);
    try (var opened = open(log)) {
      opened.append(Entries.range(0, size / 2));
      opened.append(Entries.range(size / 2, size));
    }
    return log;
  }

  private void append(Path log, int from, int to) {
    // Opening begins a new journal, so this goes on in the same one by hand.
    try (var opened = open(log)) {
      opened.append(Entries.range(from, to));
    }
  }

  private MerkleLog open(Path log) {
    var opened = new MerkleLog(log, directory.resolve("key.pem"), ORIGIN);
    try {
      opened.open(0);
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void verifyAndGoOn(Path log, int size, String what) {
    try (var opened = open(log)) {
      LogView view = opened.view().orElseThrow();
      assertThat(view.size()).as(what).isEqualTo(size);
      assertThat(view.checkpoint().root().bytes())
          .as(what)
          .isEqualTo(NaiveTree.root(Entries.range(0, size)));
      assertThat(view.entry(size - 1)).as(what).isEqualTo(Entries.entry(size - 1));
      opened.append(Entries.range(size, size + 10));
      assertThat(opened.view().orElseThrow().checkpoint().root().bytes())
          .as(what)
          .isEqualTo(NaiveTree.root(Entries.range(0, size + 10)));
    }
  }

  private static Path journal(Path log) throws IOException {
    return Journal.list(log).getLast();
  }

  private Path copy(Path log, String name) throws IOException {
    Path target = directory.resolve(name);
    for (Path file : filesBelow(log)) {
      put(target.resolve(log.relativize(file)), Files.readAllBytes(file));
    }
    return target;
  }

  private static void put(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  // In the order in which an append writes them: by time, and the checkpoint last.
  private static List<Path> changedFiles(Path before, Path after) throws IOException {
    var changed = new ArrayList<Path>();
    for (Path file : filesBelow(after)) {
      Path relative = after.relativize(file);
      Path old = before.resolve(relative);
      boolean same = Files.exists(old) && Files.mismatch(old, file) < 0;
      if (!same && !relative.startsWith("checkpoint") && !file.equals(journal(after))) {
        changed.add(relative);
      }
    }
    changed.add(Path.of("checkpoint"));
    return changed;
  }

  private static List<Path> filesBelow(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
