package io.penstock.kit.identity;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The token with which this service calls the others. A token file is read again whenever it
/// changes, so that tokens can be short-lived; while it cannot be read, the last one is used.
@Singleton
public final class ServiceToken {

  private static final Logger log = LoggerFactory.getLogger(ServiceToken.class);

  private record Read(String token, FileTime modified) {}

  private final @Nullable String fixed;
  private final @Nullable Path file;
  private volatile @Nullable Read read;

  public ServiceToken(IdentityConfig config) {
    this.fixed = config.serviceToken();
    this.file = config.serviceTokenFile();
  }

  /// The token to call with now; empty where none is configured.
  public Optional<String> current() {
    return file == null ? Optional.ofNullable(fixed) : fromFile(file);
  }

  private Optional<String> fromFile(Path path) {
    var last = read;
    try {
      var modified = Files.getLastModifiedTime(path);
      if (last == null || !last.modified().equals(modified)) {
        last = new Read(Files.readString(path).strip(), modified);
        read = last;
      }
    } catch (IOException e) {
      log.warn("the service token {} cannot be read: {}", path, e.toString());
    }
    return Optional.ofNullable(last).map(Read::token);
  }
}
