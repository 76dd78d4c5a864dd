package io.penstock.kit.identity;

import io.penstock.kit.identity.TokenVerifier.Verified;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Tokens already verified, by their digest, until they expire: a signature costs a hundred times a
/// look-up. Bounded; when full it starts anew, which costs each live token one verification.
final class VerifiedTokens {

  private static final int MOST = 10_000;

  private final Map<String, Verified> tokens = new ConcurrentHashMap<>();
  private final Clock clock;

  VerifiedTokens(Clock clock) {
    this.clock = clock;
  }

  Optional<Principal> find(String token) {
    var digest = digest(token);
    var known = tokens.get(digest);
    if (known != null && !clock.instant().isBefore(known.expires())) {
      tokens.remove(digest);
      known = null;
    }
    return Optional.ofNullable(known).map(Verified::principal);
  }

  void add(String token, Verified verified) {
    if (tokens.size() >= MOST) {
      tokens.clear();
    }
    tokens.put(digest(token), verified);
  }

  static String digest(String secret) {
    return HexFormat.of().formatHex(sha256(secret));
  }

  private static byte[] sha256(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
