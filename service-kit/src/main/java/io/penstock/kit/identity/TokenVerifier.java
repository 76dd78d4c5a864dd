package io.penstock.kit.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.Unauthenticated;
import io.penstock.kit.identity.Principal.Kind;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Believes a JWT that the issuer signed for us and that has not expired, and nothing else.
///
/// The algorithm is one of three, and the key must be of the type that the algorithm needs: a
/// header cannot talk us into `none`, nor into taking a public key for a shared secret.
final class TokenVerifier {

  private static final Map<JWSAlgorithm, KeyType> KEY_TYPES =
      Map.of(
          JWSAlgorithm.RS256, KeyType.RSA,
          JWSAlgorithm.ES256, KeyType.EC,
          JWSAlgorithm.EdDSA, KeyType.OKP);
  private static final String SERVICE_PREFIX = "service/";

  /// A token that was believed, and until when.
  record Verified(Principal principal, Instant expires) {}

  private final IssuerKeys keys;
  private final IdentityConfig config;
  private final Clock clock;

  TokenVerifier(IssuerKeys keys, IdentityConfig config, Clock clock) {
    this.keys = keys;
    this.config = config;
    this.clock = clock;
  }

  Verified verify(String token) {
    try {
      var jwt = SignedJWT.parse(token);
      checkSignature(jwt);
      return read(jwt.getJWTClaimsSet());
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      throw invalid("it is no JWT");
    }
  }

  private void checkSignature(SignedJWT jwt) throws JOSEException {
    var algorithm = jwt.getHeader().getAlgorithm();
    var type = KEY_TYPES.get(algorithm);
    if (type == null) {
      throw invalid(
          "it is signed with %s, expected RS256, ES256 or EdDSA".formatted(algorithm.getName()));
    }
    var key =
        keys.find(jwt.getHeader().getKeyID(), type)
            .orElseThrow(() -> invalid("its key is not among the issuer's"));
    if (!jwt.verify(verifierFor(key))) {
      throw invalid("its signature does not fit");
    }
  }

  private static JWSVerifier verifierFor(JWK key) throws JOSEException {
    if (KeyType.RSA.equals(key.getKeyType())) {
      return new RSASSAVerifier(key.toRSAKey());
    }
    return KeyType.EC.equals(key.getKeyType())
        ? new ECDSAVerifier(key.toECKey())
        : new Ed25519Verifier(key.toOctetKeyPair());
  }

  private Verified read(JWTClaimsSet claims) throws ParseException {
    var expires = instant(claims.getExpirationTime());
    var notBefore = instant(claims.getNotBeforeTime());
    if (expires == null) {
      throw invalid("it has no exp");
    }
    if (!clock.instant().isBefore(expires.plus(config.leeway()))) {
      throw unauthenticated("TOKEN_EXPIRED", "the token expired at " + expires);
    }
    if (notBefore != null && clock.instant().plus(config.leeway()).isBefore(notBefore)) {
      throw invalid("it is not valid before " + notBefore);
    }
    if (!config.issuer().equals(claims.getIssuer())) {
      throw invalid("its iss is not " + config.issuer());
    }
    if (!claims.getAudience().contains(config.audience())) {
      throw invalid("its aud lacks " + config.audience());
    }
    return new Verified(principal(claims), expires.plus(config.leeway()));
  }

  private static Principal principal(JWTClaimsSet claims) throws ParseException {
    var subject = claims.getSubject();
    if (subject == null || subject.isBlank()) {
      throw invalid("it has no sub");
    }
    var kind = subject.startsWith(SERVICE_PREFIX) ? Kind.SERVICE : Kind.USER;
    return new Principal(subject, kind, roles(claims.getStringListClaim("roles")));
  }

  private static Set<String> roles(@Nullable List<String> claim) {
    return claim == null ? Set.of() : new HashSet<>(claim);
  }

  private static @Nullable Instant instant(@Nullable Date date) {
    return date == null ? null : date.toInstant();
  }

  private static FailureException invalid(String why) {
    return unauthenticated("TOKEN_INVALID", "the token cannot be accepted: " + why);
  }

  private static FailureException unauthenticated(String reason, String message) {
    return new FailureException(new Unauthenticated(reason, message));
  }
}
