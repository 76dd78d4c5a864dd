package io.penstock.governance.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.governance.tree.Entries;
import io.penstock.governance.tree.Hash;
import io.penstock.governance.tree.NaiveTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MerkleLogTest {

  private static final String ORIGIN = "example.com/log";

  @TempDir Path directory;

  private MerkleLog open() {
    var log = new MerkleLog(directory.resolve("log"), directory.resolve("key.pem"), ORIGIN);
    log.open(0);
    return log;
  }

  @Test
  void proofs_ofRandomSizes_verify() {
    long seed = 20010401;
    var random = new Random(seed);
    int size = 66_000 + random.nextInt(2_000);
    var entries = Entries.range(0, size);
    try (var log = open()) {
      fill(log, size, random, 3_000);
      LogView view = log.view().orElseThrow();
      for (int round = 0; round < 120; round++) {
        int tree = 1 + random.nextInt(size);
        int index = random.nextInt(tree);
        byte[] leaf = NaiveTree.leaf(entries.get(index));
        assertThat(view.entry(index)).isEqualTo(entries.get(index));
        assertThat(NaiveTree.rootOfInclusion(leaf, index, tree, raw(view.inclusion(index, tree))))
            .as("seed %d: %d in %d", seed, index, tree)
            .isEqualTo(view.root(tree).bytes());
        int first = 1 + random.nextInt(tree);
        if (first < tree) {
          var roots =
              NaiveTree.rootsOfConsistency(
                  first, tree, view.root(first).bytes(), raw(view.consistency(first, tree)));
          assertThat(roots.getFirst()).isEqualTo(view.root(first).bytes());
          assertThat(roots.getLast()).isEqualTo(view.root(tree).bytes());
        }
      }
      assertThat(view.checkpoint().root().bytes()).isEqualTo(NaiveTree.root(entries));
    }
  }

  @Test
  void reopen_afterRotationsOfTheJournal_isTheSameLog() throws IOException {
    var all = new ArrayList<byte[]>();
    for (int round = 0; round < 3; round++) {
      try (var log =
          new MerkleLog(directory.resolve("log"), directory.resolve("key.pem"), ORIGIN, 1 << 20)) {
        log.open(all.size());
        for (int batch = 0; batch < 20; batch++) {
          var entries = largeEntries(all.size());
          log.append(entries);
          all.addAll(entries);
        }
      }
    }
    try (var log = open()) {
      assertThat(log.view().orElseThrow().checkpoint().root().bytes())
          .isEqualTo(NaiveTree.root(all));
      assertThat(log.view().orElseThrow().entry(500)).isEqualTo(all.get(500));
    }
    assertThat(Journal.list(directory.resolve("log"))).hasSize(1);
  }

  @Test
  void views_ofEarlierSizes_stayValidWhileTheLogGrows() {
    try (var log = open()) {
      log.append(Entries.range(0, 300));
      LogView early = log.view().orElseThrow();
      fill(log, 2_000, new Random(1), 100);
      assertThat(early.size()).isEqualTo(300);
      assertThat(early.root(300).bytes()).isEqualTo(NaiveTree.root(Entries.range(0, 300)));
      assertThat(early.entry(299)).isEqualTo(Entries.entry(299));
    }
  }

  // A reader that knows only C2SP tlog-tiles and SHA-256.
  @Test
  void files_areTiledAsSpecified() throws IOException {
    int size = 256 * 3 + 70;
    try (var log = open()) {
      fill(log, size, new Random(2), 90);
    }
    Path log = directory.resolve("log");
    var entries = new ArrayList<byte[]>();
    for (String bundle : List.of("000", "001", "002", "003.p/70")) {
      entries.addAll(bundle(log.resolve("tile/entries").resolve(bundle)));
    }
    assertThat(entries.toArray(byte[][]::new))
        .isDeepEqualTo(Entries.range(0, size).toArray(byte[][]::new));
    byte[] second = Files.readAllBytes(log.resolve("tile/0/001"));
    assertThat(second).hasSize(8192);
    assertThat(Arrays.copyOfRange(second, 32, 64)).isEqualTo(NaiveTree.leaf(Entries.entry(257)));
    byte[] above = Files.readAllBytes(log.resolve("tile/1/000.p/3"));
    assertThat(Arrays.copyOfRange(above, 32, 64))
        .isEqualTo(NaiveTree.root(Entries.range(256, 512)));
    assertThat(Files.exists(log.resolve("tile/0/000.p"))).isFalse();
    List<String> note = Files.readAllLines(log.resolve("checkpoint"));
    assertThat(note.subList(0, 4))
        .containsExactly(
            ORIGIN,
            Integer.toString(size),
            Base64.getEncoder().encodeToString(NaiveTree.root(entries)),
            "");
  }

  // https://c2sp.org/signed-note with the verifier key that lies beside the log.
  @Test
  void checkpoint_verifiesWithThePublishedKey() throws Exception {
    try (var log = open()) {
      log.append(Entries.range(0, 3));
    }
    String[] key = Files.readString(directory.resolve("log/verifier-key")).strip().split("\\+", 3);
    byte[] typed = Base64.getDecoder().decode(key[2]);
    byte[] id = Arrays.copyOf(NaiveTree.sha256((key[0] + "\n").getBytes(UTF_8), typed), 4);
    assertThat(key[0]).isEqualTo(ORIGIN);
    assertThat(key[1]).isEqualTo(HexFormat.of().formatHex(id));
    String note = Files.readString(directory.resolve("log/checkpoint"));
    int end = note.indexOf("\n\n") + 1;
    String line = note.substring(end + 1).strip();
    byte[] signature = Base64.getDecoder().decode(line.substring(("— " + ORIGIN + " ").length()));
    assertThat(Arrays.copyOf(signature, 4)).isEqualTo(id);
    var verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(new X509EncodedKeySpec(x509(Arrays.copyOfRange(typed, 1, 33)))));
    verifier.update(note.substring(0, end).getBytes(UTF_8));
    assertThat(verifier.verify(Arrays.copyOfRange(signature, 4, 68))).isTrue();
  }

  @Test
  void open_firstTime_makesAKeyForItsOwnerOnly() throws IOException {
    try (var log = open()) {
      assertThat(log.publicKey()).hasSize(32);
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("key.pem"))))
        .isEqualTo("rw-------");
  }

  @Test
  void open_withoutTheKeyOfAnExistingLog_refuses() throws IOException {
    open().close();
    Files.delete(directory.resolve("key.pem"));
    assertThatThrownBy(this::open)
        .isInstanceOf(LogCorrupt.class)
        .hasMessageContaining("key.pem")
        .hasMessageContaining("restore it");
    assertThat(directory.resolve("key.pem")).doesNotExist();
  }

  @Test
  void open_withAnotherKey_refuses() throws IOException {
    open().close();
    Files.delete(directory.resolve("key.pem"));
    SigningKey.create(directory.resolve("key.pem"));
    assertThatThrownBy(this::open)
        .isInstanceOf(LogCorrupt.class)
        .hasMessageContaining("not signed by this key");
  }

  @Test
  void open_withADamagedKey_refuses() throws IOException {
    open().close();
    Files.writeString(directory.resolve("key.pem"), "-----BEGIN PRIVATE KEY-----\nAAAA\n");
    assertThatThrownBy(this::open)
        .isInstanceOf(LogCorrupt.class)
        .hasMessageContaining("no Ed25519 key pair");
  }

  @Test
  void open_whenTheDatabaseHasSeenMore_refuses() {
    try (var log = open()) {
      log.append(Entries.range(0, 5));
    }
    var log = new MerkleLog(directory.resolve("log"), directory.resolve("key.pem"), ORIGIN);
    try (log) {
      assertThatThrownBy(() -> log.open(6))
          .isInstanceOf(LogCorrupt.class)
          .hasMessageContaining("5 entries")
          .hasMessageContaining("seen 6");
    }
  }

  @Test
  void open_whileAnotherWrites_refuses() {
    try (var _ = open()) {
      assertThatThrownBy(this::open)
          .isInstanceOf(UncheckedIOException.class)
          .hasRootCauseMessage("another process writes to it");
    }
  }

  @Test
  void append_ofTooLargeAnEntry_appendsNothing() {
    try (var log = open()) {
      assertThatThrownBy(() -> log.append(List.of(new byte[1], new byte[65_536])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("65536");
      assertThat(log.view().orElseThrow().size()).isZero();
      log.append(List.of(new byte[65_535]));
      assertThat(log.view().orElseThrow().entry(0)).hasSize(65_535);
    }
  }

  // A full disk, or a disk that fails: the append comes back as failed, and settling finds what
  // became of it.
  @Test
  void append_thatFailsOnTheWay_isSettledByRecovery() throws IOException {
    try (var log = open()) {
      log.append(Entries.range(0, 255));
      Path inTheWay = directory.resolve("log/tile/0/000");
      Files.createDirectories(inTheWay.resolve("not-empty"));
      assertThatThrownBy(() -> log.append(Entries.range(255, 260)))
          .isInstanceOf(UncheckedIOException.class);
      assertThat(log.view().orElseThrow().size()).isEqualTo(255);
      assertThatThrownBy(() -> log.append(Entries.range(255, 260)))
          .isInstanceOf(IllegalStateException.class);
      Files.delete(inTheWay.resolve("not-empty"));
      Files.delete(inTheWay);
      assertThat(log.settle().size()).isEqualTo(260);
      log.append(Entries.range(260, 270));
      assertThat(log.view().orElseThrow().checkpoint().root().bytes())
          .isEqualTo(NaiveTree.root(Entries.range(0, 270)));
    }
  }

  /// Appends up to a size in batches of random lengths.
  private static void fill(MerkleLog log, long size, Random random, int largestBatch) {
    long from = log.view().orElseThrow().size();
    while (from < size) {
      long to = Math.min(size, from + 1 + random.nextInt(largestBatch));
      log.append(Entries.range(from, to));
      from = to;
    }
  }

  private static List<byte[]> largeEntries(int first) {
    var entries = new ArrayList<byte[]>();
    for (int i = 0; i < 12; i++) {
      entries.add(ByteBuffer.allocate(20_000).putInt(first + i).array());
    }
    return entries;
  }

  private static List<byte[]> bundle(Path file) throws IOException {
    var entries = new ArrayList<byte[]>();
    var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    while (bytes.hasRemaining()) {
      byte[] entry = new byte[bytes.getShort() & 0xFFFF];
      bytes.get(entry);
      entries.add(entry);
    }
    return entries;
  }

  private static byte[] x509(byte[] raw) {
    byte[] prefix = HexFormat.of().parseHex("302a300506032b6570032100");
    return ByteBuffer.allocate(44).put(prefix).put(raw).array();
  }

  private static List<byte[]> raw(List<Hash> hashes) {
    return hashes.stream().map(Hash::bytes).toList();
  }
}
