package io.penstock.registry.artifact;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;

/// A process with a small heap that takes more bytes than fit into it, and reads them again.
final class LargeIntake {

  private static final int CHUNK = 1 << 20;

  private LargeIntake() {}

  public static void main(String... args) throws IOException {
    long size = Long.parseLong(args[1]);
    try (var store = FileArtifactStore.open(Path.of(args[0]));
        var received =
            ArtifactIntake.receive(store.begin(), Optional.empty(), chunks(size), size)) {
      received.deposit().keep(received.digest());
      System.out.println(received.sizeBytes() + " " + read(store, received.digest()));
    }
  }

  private static Iterator<ByteBuffer> chunks(long size) {
    return Stream.generate(() -> ByteBuffer.allocate(CHUNK)).limit(size / CHUNK).iterator();
  }

  private static long read(FileArtifactStore store, ArtifactDigest digest) throws IOException {
    try (var bytes = new VerifiedStream(store.open(digest), digest, _ -> {})) {
      return bytes.transferTo(OutputStream.nullOutputStream());
    }
  }
}
