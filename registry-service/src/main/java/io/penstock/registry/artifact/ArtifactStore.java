package io.penstock.registry.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/// Keeps immutable bytes under their SHA-256. Knows bytes only; who stored them when is in the
/// database.
///
/// Every implementation passes `ArtifactStoreContract`.
interface ArtifactStore {

  /// By the first two digits of the digest.
  int SHARDS = 256;

  /// Begins to take bytes.
  Deposit begin() throws IOException;

  /// Opens the bytes for reading, unchecked: see [VerifiedStream].
  ///
  /// @throws java.nio.file.NoSuchFileException when there are none
  InputStream open(ArtifactDigest digest) throws IOException;

  /// All the bytes at once, unchecked; mapped rather than read where the store can.
  ///
  /// @throws java.nio.file.NoSuchFileException when there are none
  ByteBuffer map(ArtifactDigest digest) throws IOException;

  /// What lies in one of [#SHARDS] equal parts of the store and was last written before then.
  List<ArtifactDigest> writtenBefore(int shard, Instant time) throws IOException;

  /// Forgets the bytes, where there are any.
  void delete(ArtifactDigest digest) throws IOException;

  /// Bytes on their way into the store. Nothing is visible before [#keep] returns, and nothing
  /// stays after a close without it.
  interface Deposit extends AutoCloseable {

    void write(ByteBuffer bytes) throws IOException;

    /// Makes the bytes durable, which may take long; the last write came before.
    void seal() throws IOException;

    /// Makes the sealed bytes visible under the digest, which the caller has computed. Replaces
    /// what lay there: the same bytes, or a corrupt copy of them.
    void keep(ArtifactDigest digest) throws IOException;

    @Override
    void close() throws IOException;
  }
}
