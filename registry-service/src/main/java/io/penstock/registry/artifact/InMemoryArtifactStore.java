package io.penstock.registry.artifact;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps artifacts on the heap, for as long as the process lives.
final class InMemoryArtifactStore implements ArtifactStore {

  private final Map<ArtifactDigest, byte[]> kept = new ConcurrentHashMap<>();

  @Override
  public Deposit begin() {
    return new InMemoryDeposit();
  }

  @Override
  public InputStream open(ArtifactDigest digest) throws IOException {
    return new ByteArrayInputStream(bytes(digest));
  }

  @Override
  public ByteBuffer map(ArtifactDigest digest) throws IOException {
    return ByteBuffer.wrap(bytes(digest)).asReadOnlyBuffer();
  }

  // Bytes without a row come from crashes, which leave nothing here.
  @Override
  public List<ArtifactDigest> writtenBefore(int shard, Instant time) {
    return List.of();
  }

  @Override
  public void delete(ArtifactDigest digest) {
    kept.remove(digest);
  }

  private byte[] bytes(ArtifactDigest digest) throws IOException {
    var bytes = kept.get(digest);
    if (bytes == null) {
      throw new NoSuchFileException(digest.name());
    }
    return bytes;
  }

  private final class InMemoryDeposit implements Deposit {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      Channels.newChannel(written).write(bytes);
    }

    @Override
    public void seal() {}

    @Override
    public void keep(ArtifactDigest digest) {
      kept.put(digest, written.toByteArray());
    }

    @Override
    public void close() {
      written.reset();
    }
  }
}
