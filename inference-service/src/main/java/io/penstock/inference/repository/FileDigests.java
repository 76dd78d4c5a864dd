package io.penstock.inference.repository;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/// The SHA-256 of files, each taken once for as long as the file looks the same.
final class FileDigests {

  private record Known(FileStamp stamp, String hex) {}

  private final Map<Path, Known> known = new HashMap<>();

  /// The digest of a file in lower-case hex.
  ///
  /// @param stamp how the file looked just before
  String of(Path file, FileStamp stamp) throws IOException {
    var before = known.get(file);
    if (before != null && before.stamp().equals(stamp)) {
      return before.hex();
    }
    var hex = digest(file);
    known.put(file, new Known(stamp, hex));
    return hex;
  }

  /// Forgets all other files.
  void keepOnly(Set<Path> files) {
    known.keySet().retainAll(files);
  }

  private static String digest(Path file) throws IOException {
    var digest = sha256();
    var buffer = new byte[1 << 16];
    try (InputStream content = Files.newInputStream(file)) {
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
