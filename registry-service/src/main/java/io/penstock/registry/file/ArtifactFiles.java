package io.penstock.registry.file;

import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.registry.RegistryFailure.FileFrozen;
import io.penstock.registry.RegistryFailure.FolderReserved;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.RegistryFailure.PathTaken;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.artifact.ArtifactIntake;
import io.penstock.registry.artifact.ArtifactIntake.Kept;
import io.penstock.registry.artifact.Artifacts;
import io.penstock.registry.artifact.LooseArtifacts;
import io.penstock.registry.artifact.ReceivedBytes;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The files of the registry: a row for each name, bytes in the artifact store.
@Singleton
public final class ArtifactFiles {

  private final Jdbi jdbi;
  private final Changes changes;
  private final ArtifactIntake intake;
  private final Artifacts artifacts;
  private final MadeFiles made;
  private final FileConfig config;

  ArtifactFiles(
      Jdbi jdbi,
      Changes changes,
      ArtifactIntake intake,
      Artifacts artifacts,
      MadeFiles made,
      FileConfig config) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.intake = intake;
    this.artifacts = artifacts;
    this.made = made;
    this.config = config;
  }

  public Optional<ArtifactFile> find(ArtifactFilePath path) {
    return MadeFiles.hold(path)
        ? made.find(path)
        : jdbi.withHandle(handle -> ArtifactFileRepository.find(handle, path));
  }

  /// The file of that name, or everything below the directory, in the order of the names.
  public static List<ArtifactFile> below(Handle handle, ArtifactFilePath prefix) {
    return ArtifactFileRepository.below(handle, prefix);
  }

  /// The same for each of several, none of which need exist. Nobody can take or change these names
  /// before the transaction ends, so versions may be made of them.
  public static Map<ArtifactFilePath, List<ArtifactFile>> hold(
      Handle handle, List<ArtifactFilePath> prefixes) {
    return ArtifactFileRepository.holdBelow(handle, prefixes);
  }

  /// What lies directly in a directory; a file holds nothing.
  public FileListing list(ArtifactFilePath folder, String token) {
    var from = FileListing.from(folder, token);
    if (MadeFiles.hold(folder)) {
      return FileListing.of(
          made.list(folder).stream()
              .map(file -> new FolderEntry(file.path(), Optional.of(file)))
              .toList());
    }
    return FileListing.of(
        jdbi.withHandle(
            handle -> ArtifactFileRepository.entries(handle, folder, from, FileListing.MOST + 1)));
  }

  /// The bytes, verified while they are read.
  public InputStream open(ArtifactFile file) {
    return MadeFiles.hold(file.path()) ? made.open(file) : artifacts.open(file.digest());
  }

  /// Takes a file whole or not at all; what had its name before goes in the same step.
  public ArtifactFile upload(
      ArtifactFilePath path,
      Optional<ArtifactDigest> declared,
      Iterator<ByteBuffer> chunks,
      String caller) {
    requireWritable(path);
    try (var received = intake.receive(declared, chunks, config.maxSize())) {
      return changes.commit(change -> put(change, path, received, caller, Map.of()));
    }
  }

  /// Gives received bytes a name, in the transaction of a larger change.
  ///
  /// @param loose what else loses a name in it, and since when it counts as loose
  ArtifactFile put(
      Change change,
      ArtifactFilePath path,
      ReceivedBytes received,
      String caller,
      Map<ArtifactDigest, Instant> loose) {
    var handle = change.handle();
    intake.keep(change, received, Kept.AS_FILE, caller);
    ArtifactFileRepository.lockTree(handle, path);
    requireFree(handle, path);
    var file = new ArtifactFile(path, received.digest(), received.sizeBytes());
    var before = ArtifactFileRepository.lock(handle, path);
    var replaced = before.filter(old -> !old.digest().equals(file.digest())).stream().toList();
    loosen(change, replaced, loose);
    ArtifactFileRepository.put(handle, file, change.time(), caller);
    change.audit(name(path), facts(file));
    return file;
  }

  /// Before any byte is taken.
  static void requireWritable(ArtifactFilePath path) {
    if (MadeFiles.hold(path)) {
      throw new FolderReserved(path.value(), MadeFiles.FOLDER.value()).exception();
    }
  }

  private static void requireFree(Handle handle, ArtifactFilePath path) {
    ArtifactFileRepository.inTheWay(handle, path)
        .ifPresent(
            file -> {
              throw new PathTaken(path.value(), file).exception();
            });
  }

  private static Map<String, String> facts(ArtifactFile file) {
    return Map.of("sha256", file.digest().hex(), "size_bytes", String.valueOf(file.size()));
  }

  /// Takes the name of a file, or of everything below a directory.
  public void delete(ArtifactFilePath path) {
    requireWritable(path);
    changes.run(
        change -> {
          ArtifactFileRepository.lockTree(change.handle(), path);
          var files = ArtifactFileRepository.lockBelow(change.handle(), path);
          if (files.isEmpty()) {
            throw new NotFound(Kind.FILE, path.value()).exception();
          }
          loosen(change, files, Map.of());
          ArtifactFileRepository.delete(change.handle(), files);
          change.audit(name(path), Map.of("files", String.valueOf(files.size())));
        });
  }

  private static void loosen(
      Change change, List<ArtifactFile> files, Map<ArtifactDigest, Instant> others) {
    requireLoose(change.handle(), files);
    var loose = new HashMap<>(others);
    files.forEach(file -> loose.put(file.digest(), change.time()));
    LooseArtifacts.add(change.handle(), loose);
  }

  private static void requireLoose(Handle handle, List<ArtifactFile> files) {
    ArtifactFileRepository.frozen(handle, files)
        .ifPresent(
            frozen -> {
              throw new FileFrozen(frozen.path(), frozen.version()).exception();
            });
  }

  private static String name(ArtifactFilePath path) {
    return "files/" + path;
  }
}
