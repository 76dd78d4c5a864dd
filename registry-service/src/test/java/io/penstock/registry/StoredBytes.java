package io.penstock.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The files under which a registry keeps artifacts, for tests that do harm to them.
public final class StoredBytes {

  private StoredBytes() {}

  /// Where the bytes of an artifact lie.
  public static Path of(Path directory, String artifact) {
    var hex = artifact.substring(artifact.indexOf('/') + 1);
    return directory
        .resolve("sha256")
        .resolve(hex.substring(0, 2))
        .resolve(hex.substring(2, 4))
        .resolve(hex);
  }

  /// Alters the file as a bad disk or a bad person would.
  public static void flipOneBit(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(file);
    Files.write(file, bytes);
  }
}
