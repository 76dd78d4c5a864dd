package io.penstock.registry.signing;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The registry's own key, and the keys of those whose signatures it takes.
@Singleton
final class Keyring {

  private final Path file;
  private final Map<String, EcKey> others;
  private @Nullable SigningKey own;

  Keyring(
      SigningConfig config,
      @Value("${penstock.artifacts.directory:data/artifacts}") Path artifacts) {
    this.file = config.key().orElseGet(() -> artifacts.resolve("keys").resolve("signing-key.pem"));
    this.others = config.trustedKeys().map(Keyring::readAll).orElse(Map.of());
  }

  private static Map<String, EcKey> readAll(Path directory) {
    var keys = new LinkedHashMap<String, EcKey>();
    try (var files = Files.newDirectoryStream(directory, "*.pem")) {
      for (var file : files) {
        var key = read(file);
        keys.put(key.id(), key);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the trusted keys in " + directory, e);
    }
    return keys;
  }

  private static EcKey read(Path file) throws IOException {
    try {
      return EcKey.parse(Files.readString(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "penstock.signing.trusted-keys: %s holds %s".formatted(file, e.getMessage()), e);
    }
  }

  /// Read, or made, when it is first needed.
  synchronized SigningKey own() {
    if (own == null) {
      own = SigningKey.loadOrCreate(file);
    }
    return own;
  }

  /// A key that is trusted, by its id.
  Optional<EcKey> trusted(String id) {
    var mine = own().publicKey();
    return mine.id().equals(id) ? Optional.of(mine) : Optional.ofNullable(others.get(id));
  }
}
