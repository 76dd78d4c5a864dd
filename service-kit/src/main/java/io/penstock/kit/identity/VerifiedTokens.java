package io.penstock.kit.identity;

import io.penstock.kit.identity.TokenVerifier.Verified;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Tokens already verified, until they expire: a signature costs a thousand times a look-up.
/// Bounded; when full it starts anew, which costs each live token one verification.
///
/// Tokens are looked up as they are, not by a digest: they are in the memory of a service that
/// takes them anyway, and a digest would be the most expensive step of a call.
final class VerifiedTokens {

  private static final int MOST = 10_000;

  private final Map<String, Verified> tokens = new ConcurrentHashMap<>();
  private final Clock clock;

  VerifiedTokens(Clock clock) {
    this.clock = clock;
  }

  Optional<Principal> find(String token) {
    var known = tokens.get(token);
    if (known != null && !clock.instant().isBefore(known.expires())) {
      tokens.remove(token);
      known = null;
    }
    return Optional.ofNullable(known).map(Verified::principal);
  }

  void add(String token, Verified verified) {
    if (tokens.size() >= MOST) {
      tokens.clear();
    }
    tokens.put(token, verified);
  }
}
