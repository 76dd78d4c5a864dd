package io.penstock.governance.log;

import io.penstock.governance.tree.Hash;
import io.penstock.governance.tree.TreeEdge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An append-only, provable log in a directory. One append costs one fsync and one signature,
/// however many entries it holds.
public final class MerkleLog implements AutoCloseable {

  /// Bytes of an entry at most.
  public static final int MAX_ENTRY = EntryBundle.MAX_ENTRY;

  private static final Logger log = LoggerFactory.getLogger(MerkleLog.class);

  // A journal is replaced when it is large enough to be worth it and the previous one has gone, and
  // waited for when it is huge.
  private static final long ROTATE_BYTES = 32L << 20;
  private static final long MAX_BYTES = 256L << 20;

  private final Path directory;
  private final Path keyFile;
  private final String origin;
  private final long rotateBytes;
  private final LogFiles files;
  private List<Path> unsealed = new ArrayList<>();
  private Sealer sealer = new Sealer();
  private @Nullable FileChannel lock;
  private volatile @Nullable SigningKey key;
  private @Nullable Journal journal;
  private @Nullable Publication publication;
  private boolean doubtful;
  private volatile @Nullable LogView view;

  public MerkleLog(Path directory, Path keyFile, String origin) {
    this(directory, keyFile, origin, ROTATE_BYTES);
  }

  MerkleLog(Path directory, Path keyFile, String origin, long rotateBytes) {
    this.rotateBytes = rotateBytes;
    this.directory = directory.toAbsolutePath();
    this.keyFile = keyFile;
    this.origin = origin;
    this.files = new LogFiles(this.directory);
  }

  /// Opens the log, recovering from whatever ended the last process.
  ///
  /// @param witnessed entries known to have been acknowledged; opening fails when fewer are here
  /// @throws LogCorrupt when the directory contradicts itself, the key or the witness; nothing was
  ///   changed then
  public synchronized void open(long witnessed) {
    try {
      Files.createDirectories(directory);
      lockDirectory();
      key = signingKey();
      recover(witnessed);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the audit log in " + directory, e);
    }
  }

  /// The log as of the last append, once it is open.
  public Optional<LogView> view() {
    return Optional.ofNullable(view);
  }

  /// The log as of the last append, after finding out what became of one that failed. A writer that
  /// wants nothing twice looks here before it appends.
  public synchronized LogView settle() {
    try {
      LogView current = required(view);
      if (doubtful || sealer.failed()) {
        log.warn("Recovering the audit log, because the last append or seal failed");
        recover(current.size());
      }
      return required(view);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot recover the audit log in " + directory, e);
    }
  }

  /// The Ed25519 public key that verifies the checkpoints, 32 bytes.
  public byte[] publicKey() {
    return required(key).publicKey();
  }

  /// Appends entries in this order, durable on return. When it fails the entries may be there
  /// nevertheless: see [#settle()].
  ///
  /// @return the index of the first
  public synchronized long append(List<byte[]> entries) {
    requireSizes(entries);
    if (doubtful) {
      throw new IllegalStateException("the last append failed and was not settled");
    }
    try {
      LogView before = required(view);
      doubtful = true;
      append(before, entries);
      doubtful = false;
      return before.size();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot append to the audit log in " + directory, e);
    }
  }

  // The signature takes longer than a fsync may, so both run at once; it is published only after
  // the fsync.
  private void append(LogView before, List<byte[]> entries) throws IOException {
    TreeEdge.Growth growth = before.edge().grow(entries);
    Hash root = growth.edge().root();
    var checkpoint =
        CompletableFuture.supplyAsync(
            () -> Checkpoint.sign(origin, growth.edge().size(), root, required(key)),
            Thread::startVirtualThread);
    required(journal).append(new JournalBatch(before.size(), entries, root));
    unsealed.addAll(files.writeFull(growth, before.size()));
    LogView next = new LogView(checkpoint.join(), growth.edge(), files);
    view = next;
    required(publication).offer(next);
    rotate(growth.edge());
  }

  private void rotate(TreeEdge edge) throws IOException {
    Journal full = required(journal);
    boolean due = full.length() >= rotateBytes && edge.base() > Journal.base(full.file());
    if (!due || (full.length() < MAX_BYTES && !sealer.idle())) {
      return;
    }
    journal = Journal.create(directory, edge);
    full.close();
    sealer.seal(unsealed, full.file());
    unsealed = new ArrayList<>();
  }

  private void recover(long witnessed) throws IOException {
    closeFiles();
    var recovered = new Recovery(directory, files, required(key), origin).run(witnessed);
    journal = recovered.journal();
    view = recovered.view();
    publication = new Publication(files, recovered.view());
    sealer = new Sealer();
    unsealed = new ArrayList<>();
    doubtful = false;
  }

  // Making a new key for a log that others already know under another would break every proof they
  // hold.
  private SigningKey signingKey() throws IOException {
    if (Files.exists(keyFile)) {
      return SigningKey.load(keyFile);
    }
    if (!Journal.list(directory).isEmpty() || files.published()) {
      throw new LogCorrupt(
          "the signing key %s of the audit log in %s is missing; restore it from its backup"
              .formatted(keyFile, directory));
    }
    log.info("Creating the signing key {} of a new audit log", keyFile);
    return SigningKey.create(keyFile);
  }

  private void lockDirectory() throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      channel.close();
      throw new IOException("another process writes to it");
    }
    lock = channel;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  private static void requireSizes(List<byte[]> entries) {
    for (byte[] entry : entries) {
      if (entry.length > MAX_ENTRY) {
        throw new IllegalArgumentException(
            "an entry holds %d bytes, expected at most %d".formatted(entry.length, MAX_ENTRY));
      }
    }
  }

  private void closeFiles() throws IOException {
    sealer.await();
    if (publication != null) {
      publication.close();
      publication = null;
    }
    if (journal != null) {
      journal.close();
      journal = null;
    }
  }

  private static <T> T required(@Nullable T opened) {
    if (opened == null) {
      throw new IllegalStateException("the audit log is not open");
    }
    return opened;
  }

  @Override
  public synchronized void close() {
    try {
      closeFiles();
      if (lock != null) {
        lock.close();
      }
      view = null;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the audit log in " + directory, e);
    }
  }
}
