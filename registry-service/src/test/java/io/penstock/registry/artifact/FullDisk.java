package io.penstock.registry.artifact;

import io.penstock.kit.failure.FailureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;

/// A process whose store lies on a disk of 8 MiB: says what became of a file that does not fit, of
/// what was there, and of the same file when there was room.
final class FullDisk {

  private static final int MIB = 1 << 20;

  private FullDisk() {}

  public static void main(String... args) throws IOException {
    var directory = Path.of(args[0]);
    try (var store = FileArtifactStore.open(directory)) {
      var first = keep(store, 1, 3);
      System.out.println("too long: " + outcome(store, 2, 9));
      System.out.println("left over: " + uploads(directory));
      System.out.println("kept before: " + store.open(first).readAllBytes().length);
      System.out.println("fits: " + outcome(store, 3, 4));
      System.out.println("fits no more: " + outcome(store, 4, 4));
      store.delete(first);
      System.out.println("fits again: " + outcome(store, 4, 4));
    }
  }

  private static String outcome(FileArtifactStore store, int content, int mebibytes) {
    try {
      return store.open(keep(store, content, mebibytes)).readAllBytes().length + " bytes";
    } catch (IOException e) {
      return ((FailureException) Artifacts.unavailable(e)).failure().getClass().getSimpleName();
    }
  }

  private static ArtifactDigest keep(FileArtifactStore store, int content, int mebibytes)
      throws IOException {
    try (var deposit = store.begin();
        var received =
            ArtifactIntake.receive(
                deposit, Optional.empty(), chunks(content, mebibytes), Long.MAX_VALUE)) {
      received.deposit().keep(received.digest());
      return received.digest();
    }
  }

  private static Iterator<ByteBuffer> chunks(int content, int mebibytes) {
    return Stream.generate(() -> ByteBuffer.allocate(MIB).put(0, (byte) content))
        .limit(mebibytes)
        .iterator();
  }

  private static long uploads(Path directory) throws IOException {
    try (var files = Files.walk(directory.resolve("uploads"))) {
      return files.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).count();
    }
  }
}
