package io.penstock.kit.identity;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whose tokens a service believes, and the token with which it calls the others.
///
/// @param issuer the `iss` that every token must carry
/// @param jwks where the issuer's public keys are: `file:` or `http(s):`
/// @param audience the `aud` that every token must carry
/// @param leeway how far the clocks of issuer and service may differ
/// @param refresh how long the keys are used before they are read again
/// @param serviceToken this service's own token
/// @param serviceTokenFile a file that holds it, read again whenever it changes; wins over
///   `serviceToken`
@ConfigurationProperties("penstock.identity")
public record IdentityConfig(
    @Bindable(defaultValue = "penstock") String issuer,
    @Nullable URI jwks,
    @Bindable(defaultValue = "penstock") String audience,
    @Bindable(defaultValue = "5s") Duration leeway,
    @Bindable(defaultValue = "5m") Duration refresh,
    @Nullable String serviceToken,
    @Nullable Path serviceTokenFile) {

  public IdentityConfig {
    if (jwks != null && !Set.of("file", "http", "https").contains(jwks.getScheme())) {
      throw new IllegalArgumentException(
          "penstock.identity.jwks was '%s', expected a file:, http: or https: URI".formatted(jwks));
    }
    if (leeway.isNegative() || leeway.compareTo(Duration.ofMinutes(5)) > 0) {
      throw new IllegalArgumentException(
          "penstock.identity.leeway was %s, expected 0s to 5m".formatted(leeway));
    }
    if (refresh.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "penstock.identity.refresh was %s, expected at least 1s".formatted(refresh));
    }
  }

  /// The address of the keys, without which nobody can be known.
  public URI requiredJwks() {
    if (jwks == null) {
      throw new IllegalArgumentException(
          "penstock.identity.jwks is missing, expected the file: or http: URI of the issuer's keys");
    }
    return jwks;
  }
}
