package io.penstock.kit.identity;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The issuer's public keys, kept fresh. A key id that is not among them has them read again, but
/// not more often than every ten seconds, so that forged ids cannot make us hammer the issuer. Keys
/// once read outlive an issuer that is down.
final class IssuerKeys {

  private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);
  private static final Duration SPACING = Duration.ofSeconds(10);

  private record Loaded(List<JWK> keys, Instant at) {}

  private final KeySource source;
  private final Clock clock;
  private final Duration refresh;
  private final ReentrantLock loading = new ReentrantLock();
  private volatile @Nullable Loaded loaded;
  private Instant lastTry = Instant.MIN;

  IssuerKeys(KeySource source, Clock clock, Duration refresh) {
    this.source = source;
    this.clock = clock;
    this.refresh = refresh;
  }

  /// The key of this id and type. A token without id is answered only where the issuer has one key
  /// of the type.
  Optional<JWK> find(@Nullable String id, KeyType type) {
    var found = matching(current(), id, type);
    return found.isPresent() ? found : matching(reload(), id, type);
  }

  private static Optional<JWK> matching(List<JWK> keys, @Nullable String id, KeyType type) {
    var ofType = keys.stream().filter(key -> key.getKeyType().equals(type)).toList();
    if (id == null) {
      return ofType.size() == 1 ? Optional.of(ofType.getFirst()) : Optional.empty();
    }
    return ofType.stream().filter(key -> id.equals(key.getKeyID())).findFirst();
  }

  private List<JWK> current() {
    var now = loaded;
    return now == null || now.at().plus(refresh).isBefore(clock.instant()) ? reload() : now.keys();
  }

  private List<JWK> reload() {
    loading.lock();
    try {
      if (!lastTry.isAfter(clock.instant().minus(SPACING))) {
        lastTry = clock.instant();
        load();
      }
    } finally {
      loading.unlock();
    }
    return keysOrUnavailable();
  }

  private void load() {
    try {
      loaded = new Loaded(withoutSymmetric(source.load()), clock.instant());
    } catch (IOException e) {
      log.warn("the issuer's keys could not be read: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<JWK> withoutSymmetric(JWKSet set) {
    return set.getKeys().stream().filter(key -> !KeyType.OCT.equals(key.getKeyType())).toList();
  }

  private List<JWK> keysOrUnavailable() {
    var now = loaded;
    if (now == null) {
      throw new FailureException(
          new DependencyUnavailable("identity", "the issuer's keys were never read"));
    }
    return now.keys();
  }
}
