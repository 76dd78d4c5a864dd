package io.penstock.registry.file;

import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.RegistryFailure.PartsInvalid;
import io.penstock.registry.RegistryFailure.TooManyUploads;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.artifact.ArtifactIntake;
import io.penstock.registry.artifact.ArtifactIntake.Kept;
import io.penstock.registry.artifact.Artifacts;
import io.penstock.registry.artifact.LooseArtifacts;
import io.penstock.registry.file.MultipartRepository.StoredPart;
import io.penstock.registry.file.MultipartUpload.Part;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Files that come in parts.
///
/// A part is an artifact like any other, with the upload as its only name: it is as durable, as
/// checked and as surely swept. Completing an upload reads the parts one after another into the
/// file, so that nobody ever sees some of them.
@Singleton
public final class MultipartUploads {

  private static final int MOST_PARTS = 10_000;
  // Parts of an upload that has ended need no grace.
  private static final Instant LONG_AGO = Instant.EPOCH;

  private final Jdbi jdbi;
  private final Changes changes;
  private final ArtifactIntake intake;
  private final Artifacts artifacts;
  private final ArtifactFiles files;
  private final FileConfig config;

  MultipartUploads(
      Jdbi jdbi,
      Changes changes,
      ArtifactIntake intake,
      Artifacts artifacts,
      ArtifactFiles files,
      FileConfig config) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.intake = intake;
    this.artifacts = artifacts;
    this.files = files;
    this.config = config;
  }

  public MultipartUpload create(ArtifactFilePath path, long numParts, String caller) {
    ArtifactFiles.requireWritable(path);
    if (numParts < 1 || numParts > MOST_PARTS) {
      throw MlflowFailure.invalid(
          "Invalid value %d for parameter 'num_parts' supplied: expected 1 to %d"
              .formatted(numParts, MOST_PARTS));
    }
    var id = UUID.randomUUID().toString().replace("-", "");
    var upload = new MultipartUpload(id, path, (int) numParts);
    return changes.commit(
        change -> {
          requireRoom(change.handle());
          var expiry = change.time().plus(config.uploadExpiry());
          MultipartRepository.insert(change.handle(), upload, expiry, caller);
          audit(change, upload, "begun");
          return upload;
        });
  }

  private void requireRoom(Handle handle) {
    if (MultipartRepository.count(handle) >= config.maxUploads()) {
      throw new TooManyUploads(config.maxUploads()).exception();
    }
  }

  /// Takes one part, in any order and again if need be; gives its etag.
  public String put(String id, long number, Iterator<ByteBuffer> chunks, String caller) {
    var room = jdbi.withHandle(handle -> room(handle, id, number));
    try (var received = intake.receive(Optional.empty(), chunks, room)) {
      var part = new StoredPart((int) number, received.digest(), received.sizeBytes());
      changes.run(
          change -> {
            var _ = require(MultipartRepository.hold(change.handle(), id), id);
            intake.keep(change, received, Kept.AS_FILE, caller);
            var replaced = MultipartRepository.put(change.handle(), id, part);
            LooseArtifacts.add(change.handle(), digests(replaced.stream().toList()), LONG_AGO);
          });
      return part.digest().hex();
    }
  }

  // How long this part may be, next to the others.
  private long room(Handle handle, String id, long number) {
    var upload = require(MultipartRepository.find(handle, id), id);
    if (number < 1 || number > upload.numParts()) {
      throw invalid(id, "was given part %d, expected 1 to %d".formatted(number, upload.numParts()));
    }
    long others =
        MultipartRepository.parts(handle, id).stream()
            .filter(part -> part.number() != number)
            .mapToLong(StoredPart::size)
            .sum();
    return Math.max(0, config.maxSize() - others);
  }

  /// Makes the file of all its parts.
  public ArtifactFile complete(String id, ArtifactFilePath path, List<Part> parts, String caller) {
    var stored = jdbi.withHandle(handle -> checked(handle, id, path, parts));
    try (var chunks = new PartChunks(artifacts, digests(stored));
        var received = intake.receive(Optional.empty(), chunks, config.maxSize())) {
      return changes.commit(
          change -> {
            var upload = require(MultipartRepository.lock(change.handle(), id), id);
            if (!MultipartRepository.parts(change.handle(), id).equals(stored)) {
              throw invalid(id, "was given a part while it was completed");
            }
            MultipartRepository.delete(change.handle(), id);
            return files.put(
                change,
                upload.path(),
                received,
                caller,
                LooseArtifacts.from(digests(stored), LONG_AGO));
          });
    }
  }

  private static List<StoredPart> checked(
      Handle handle, String id, ArtifactFilePath path, List<Part> parts) {
    var upload = requireAt(MultipartRepository.find(handle, id), id, path);
    var stored = MultipartRepository.parts(handle, id);
    var asStored =
        stored.stream().map(part -> new Part(part.number(), part.digest().hex())).toList();
    if (stored.size() != upload.numParts()) {
      throw invalid(id, "has %d of its %d parts".formatted(stored.size(), upload.numParts()));
    }
    for (int i = 0; i < Math.max(parts.size(), asStored.size()); i++) {
      requireSame(id, i + 1, asStored, parts);
    }
    return stored;
  }

  private static void requireSame(String id, int number, List<Part> stored, List<Part> given) {
    var expected = number <= stored.size() ? stored.get(number - 1).toString() : "no part";
    var was = number <= given.size() ? given.get(number - 1).toString() : "no part";
    if (!was.equals(expected)) {
      throw invalid(
          id, "was completed with %s in place %d, expected %s".formatted(was, number, expected));
    }
  }

  /// Forgets the parts that came.
  public void abort(String id, ArtifactFilePath path) {
    changes.run(
        change -> {
          var handle = change.handle();
          var upload = requireAt(MultipartRepository.lock(handle, id), id, path);
          end(handle, id, MultipartRepository.parts(handle, id));
          audit(change, upload, "aborted");
        });
  }

  /// Aborts uploads whose time is over; says how many.
  int expire(Instant now, int most) {
    var expired = jdbi.withHandle(handle -> MultipartRepository.expired(handle, now, most));
    expired.forEach(this::expire);
    return expired.size();
  }

  private void expire(String id) {
    jdbi.useTransaction(
        handle -> {
          if (MultipartRepository.lock(handle, id).isPresent()) {
            end(handle, id, MultipartRepository.parts(handle, id));
          }
        });
  }

  private static void end(Handle handle, String id, List<StoredPart> parts) {
    MultipartRepository.delete(handle, id);
    LooseArtifacts.add(handle, digests(parts), LONG_AGO);
  }

  private static List<ArtifactDigest> digests(List<StoredPart> parts) {
    return parts.stream().map(StoredPart::digest).toList();
  }

  private static MultipartUpload requireAt(
      Optional<MultipartUpload> upload, String id, ArtifactFilePath path) {
    return require(upload.filter(found -> found.path().equals(path)), id);
  }

  private static MultipartUpload require(Optional<MultipartUpload> upload, String id) {
    return upload.orElseThrow(() -> new NotFound(Kind.MULTIPART_UPLOAD, id).exception());
  }

  private static RuntimeException invalid(String upload, String detail) {
    return new PartsInvalid(upload, detail).exception();
  }

  private static void audit(Change change, MultipartUpload upload, String what) {
    change.audit(
        "files/" + upload.path(),
        Map.of("multipart_upload", what, "parts", String.valueOf(upload.numParts())));
  }
}
