package io.penstock.mlflow.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Digests of files, as lower-case hex.
final class Sha256 {

  private Sha256() {}

  static String of(Path file) throws IOException {
    try (var bytes = Files.newInputStream(file)) {
      return copy(bytes, OutputStream.nullOutputStream());
    }
  }

  /// Copies everything and gives the digest of it.
  static String copy(InputStream bytes, OutputStream to) throws IOException {
    var digest = digest();
    new DigestInputStream(bytes, digest).transferTo(to);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
