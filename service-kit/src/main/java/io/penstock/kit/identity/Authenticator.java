package io.penstock.kit.identity;

import io.penstock.kit.access.AccessDirectory;
import io.penstock.kit.access.AccessSnapshot;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import io.penstock.kit.failure.KitFailure.Unauthenticated;
import io.penstock.kit.identity.Principal.Kind;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/// Turns a credential (a JWT, or an API key that starts with `pk_`) into a principal with all the
/// roles it holds now.
///
/// Revoking a role or a key takes effect with the next call; revoking a JWT does not exist, so
/// tokens should live short.
@Singleton
public final class Authenticator {

  /// How every API key begins.
  public static final String API_KEY_PREFIX = "pk_";

  private final TokenVerifier verifier;
  private final VerifiedTokens verified;
  private final AccessDirectory directory;
  private final Clock clock;

  public Authenticator(IdentityConfig config, AccessDirectory directory, Clock clock) {
    var keys = new IssuerKeys(new UriKeySource(config.requiredJwks()), clock, config.refresh());
    this.verifier = new TokenVerifier(keys, config, clock);
    this.verified = new VerifiedTokens(clock);
    this.directory = directory;
    this.clock = clock;
  }

  /// The principal behind a credential.
  ///
  /// @throws FailureException `UNAUTHENTICATED`, or `UNAVAILABLE` while keys or access state were
  ///   never seen
  public Principal authenticate(String credential) {
    return credential.startsWith(API_KEY_PREFIX) ? byApiKey(credential) : byToken(credential);
  }

  /// True when [#authenticate] will answer at once, without a signature to check or a key to fetch.
  public boolean answersAtOnce(String credential) {
    return credential.startsWith(API_KEY_PREFIX) || verified.find(credential).isPresent();
  }

  private Principal byToken(String token) {
    return withBindings(verified.find(token).orElseGet(() -> verify(token)));
  }

  private Principal verify(String token) {
    var fresh = verifier.verify(token);
    verified.add(token, fresh);
    return fresh.principal();
  }

  private Principal byApiKey(String secret) {
    var snapshot = directory.snapshot();
    var grant =
        Optional.ofNullable(snapshot.apiKeys().get(ApiKeys.digest(secret)))
            .orElseThrow(() -> unknownKey(snapshot));
    if (!clock.instant().isBefore(grant.expires())) {
      throw new FailureException(
          new Unauthenticated("TOKEN_EXPIRED", "the API key expired at " + grant.expires()));
    }
    return withBindings(new Principal(grant.principal(), Kind.API_KEY, grant.roles()));
  }

  private static FailureException unknownKey(AccessSnapshot snapshot) {
    return new FailureException(
        snapshot.complete()
            ? new Unauthenticated("TOKEN_INVALID", "the API key is unknown or revoked")
            : new DependencyUnavailable("governance", "API keys are not known yet"));
  }

  private Principal withBindings(Principal principal) {
    var roles = directory.snapshot().rolesOf(principal);
    return roles.equals(principal.roles()) ? principal : principal.withRoles(roles);
  }
}
