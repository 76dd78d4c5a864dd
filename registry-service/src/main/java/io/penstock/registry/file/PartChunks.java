package io.penstock.registry.file;

import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.artifact.Artifacts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// The bytes of several artifacts one after another, each verified, a chunk of memory at a time.
final class PartChunks implements Iterator<ByteBuffer>, AutoCloseable {

  private static final int CHUNK_BYTES = 1 << 20;

  private final Artifacts artifacts;
  private final Iterator<ArtifactDigest> parts;
  private final byte[] buffer = new byte[CHUNK_BYTES];
  private InputStream part = InputStream.nullInputStream();
  private int ready;

  PartChunks(Artifacts artifacts, List<ArtifactDigest> parts) {
    this.artifacts = artifacts;
    this.parts = parts.iterator();
  }

  @Override
  public boolean hasNext() {
    try {
      while (ready == 0 && fill() && parts.hasNext()) {
        part.close();
        part = artifacts.open(parts.next());
      }
      return ready > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // True where the part has ended.
  private boolean fill() throws IOException {
    ready = part.readNBytes(buffer, 0, CHUNK_BYTES);
    return ready == 0;
  }

  @Override
  public ByteBuffer next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    var chunk = ByteBuffer.wrap(buffer, 0, ready);
    ready = 0;
    return chunk;
  }

  @Override
  public void close() {
    try {
      part.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
