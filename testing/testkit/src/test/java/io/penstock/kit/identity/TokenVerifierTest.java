package io.penstock.kit.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import io.penstock.kit.failure.KitFailure.Unauthenticated;
import io.penstock.kit.identity.Principal.Kind;
import io.penstock.testkit.FakeClock;
import io.penstock.testkit.TestIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenVerifierTest {

  private final FakeClock clock = FakeClock.create();
  private final TestIdentity issuer = TestIdentity.ed25519();

  static List<TestIdentity> algorithms() {
    return List.of(TestIdentity.ed25519(), TestIdentity.es256(), TestIdentity.rs256());
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void verify_eachAlgorithm(TestIdentity identity) {
    var token =
        identity.token(
            inAnHour(), claims -> claims.subject("ada").claim("roles", List.of("viewer")));

    var verified = verifier(identity).verify(token);

    assertThat(verified.principal().name()).isEqualTo("ada");
    assertThat(verified.principal().roles()).containsExactly("viewer");
    assertThat(verified.principal().kind()).isEqualTo(Kind.USER);
  }

  @Test
  void verify_serviceSubject() {
    var token = issuer.token(inAnHour(), claims -> claims.subject("service/registry"));

    assertThat(verifier(issuer).verify(token).principal().kind()).isEqualTo(Kind.SERVICE);
  }

  @Test
  void verify_expired() {
    var token = issuer.token(clock.instant().plusSeconds(60), claims -> claims.subject("ada"));
    clock.advance(Duration.ofSeconds(66));

    assertRefused(() -> verifier(issuer).verify(token), "TOKEN_EXPIRED", "expired at");
  }

  @Test
  void verify_expiredWithinLeeway() {
    var token = issuer.token(clock.instant().plusSeconds(60), claims -> claims.subject("ada"));
    clock.advance(Duration.ofSeconds(64));

    assertThat(verifier(issuer).verify(token).principal().name()).isEqualTo("ada");
  }

  @Test
  void verify_wrongClaims() {
    assertInvalid(claims -> claims.subject("ada").issuer("somebody else"), "iss");
    assertInvalid(claims -> claims.subject("ada").audience("another house"), "aud");
    assertInvalid(claims -> claims, "no sub");
    assertInvalid(claims -> claims.subject("ada").expirationTime(null), "no exp");
    assertInvalid(
        claims -> claims.subject("ada").notBeforeTime(Date.from(inAnHour())), "not valid before");
  }

  @Test
  void verify_signedByAnother() {
    var forger = TestIdentity.ed25519();
    var token = forger.token(inAnHour(), claims -> claims.subject("ada"));

    assertRefused(() -> verifier(issuer).verify(token), "TOKEN_INVALID", "not among");
  }

  @Test
  void verify_changedPayload() {
    var parts = issuer.token(inAnHour(), claims -> claims.subject("ada")).split("\\.");
    var other = issuer.token(inAnHour(), claims -> claims.subject("eve")).split("\\.");

    assertRefused(
        () -> verifier(issuer).verify(parts[0] + "." + other[1] + "." + parts[2]),
        "TOKEN_INVALID",
        "signature");
  }

  @Test
  void verify_unsigned() {
    var none = new PlainJWT(claims()).serialize();

    assertRefused(() -> verifier(issuer).verify(none), "TOKEN_INVALID", "no JWT");
  }

  @Test
  void verify_publicKeyAsSharedSecret() throws JOSEException {
    var rsa = TestIdentity.rs256();
    var secret = rsa.publicKey().toJSONString().getBytes(StandardCharsets.UTF_8);
    var header =
        new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(rsa.publicKey().getKeyID()).build();
    var forged = new SignedJWT(header, claims());
    forged.sign(new MACSigner(secret));

    assertRefused(() -> verifier(rsa).verify(forged.serialize()), "TOKEN_INVALID", "HS256");
  }

  @Test
  void verify_garbage() {
    for (var garbage : List.of("", "x", "a.b.c", "....", "\u0000")) {
      assertRefused(() -> verifier(issuer).verify(garbage), "TOKEN_INVALID", "no JWT");
    }
  }

  @Test
  void verify_newKey_isFetchedButNotTooOften() {
    var loads = new ArrayList<JWKSet>();
    var current = new ArrayList<>(List.of(issuer));
    var keys =
        new IssuerKeys(
            () -> {
              var set = new JWKSet(current.getFirst().publicKey());
              loads.add(set);
              return set;
            },
            clock,
            Duration.ofMinutes(5));
    var verifier = new TokenVerifier(keys, config(issuer), clock);
    verifier.verify(issuer.token(inAnHour(), claims -> claims.subject("ada")));
    var next = TestIdentity.ed25519();
    current.set(0, next);
    var token = next.token(inAnHour(), claims -> claims.subject("ada"));

    for (int i = 0; i < 100; i++) {
      assertRefused(() -> verifier.verify(token), "TOKEN_INVALID", "not among");
    }
    assertThat(loads).hasSize(1);
    clock.advance(Duration.ofSeconds(11));
    assertThat(verifier.verify(token).principal().name()).isEqualTo("ada");
    assertThat(loads).hasSize(2);
  }

  @Test
  void verify_keysNeverRead() {
    var keys =
        new IssuerKeys(
            () -> {
              throw new IOException("no such file");
            },
            clock,
            Duration.ofMinutes(5));

    assertThatThrownBy(
            () ->
                new TokenVerifier(keys, config(issuer), clock)
                    .verify(issuer.token(inAnHour(), claims -> claims.subject("ada"))))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure()).isInstanceOf(DependencyUnavailable.class));
  }

  private void assertInvalid(UnaryOperator<JWTClaimsSet.Builder> claims, String why) {
    var token = issuer.token(inAnHour(), claims);
    assertRefused(() -> verifier(issuer).verify(token), "TOKEN_INVALID", why);
  }

  private static void assertRefused(ThrowingCallable call, String reason, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              var failure = (Unauthenticated) e.failure();
              assertThat(failure.reason()).isEqualTo(reason);
              assertThat(failure.message()).contains(message);
            });
  }

  private TokenVerifier verifier(TestIdentity identity) {
    var keys = new IssuerKeys(new UriKeySource(identity.jwks()), clock, Duration.ofMinutes(5));
    return new TokenVerifier(keys, config(identity), clock);
  }

  private static IdentityConfig config(TestIdentity identity) {
    return new IdentityConfig(
        TestIdentity.ISSUER,
        identity.jwks(),
        TestIdentity.AUDIENCE,
        Duration.ofSeconds(5),
        Duration.ofMinutes(5),
        null,
        null);
  }

  private JWTClaimsSet claims() {
    return new JWTClaimsSet.Builder()
        .subject("ada")
        .issuer(TestIdentity.ISSUER)
        .audience(TestIdentity.AUDIENCE)
        .expirationTime(Date.from(inAnHour()))
        .build();
  }

  private Instant inAnHour() {
    return clock.instant().plus(Duration.ofHours(1));
  }
}
