package io.penstock.testkit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.Ed25519Signer;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetKeyPairGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/// An issuer of tokens for tests, with a key of its own and the public half in a JWK set file.
public final class TestIdentity {

  public static final String ISSUER = "penstock";
  public static final String AUDIENCE = "penstock";

  /// Made when the first test asks; every service that [ServiceExtension] starts believes it.
  private static final class Shared {
    static final TestIdentity IDENTITY = ed25519();
  }

  private final JWK key;
  private final JWSAlgorithm algorithm;
  private final JWSSigner signer;
  private final Path jwks;

  private TestIdentity(JWK key, JWSAlgorithm algorithm, JWSSigner signer) {
    this.key = key;
    this.algorithm = algorithm;
    this.signer = signer;
    this.jwks = write(key);
  }

  /// The one that all services of a JVM share.
  public static TestIdentity shared() {
    return Shared.IDENTITY;
  }

  public static TestIdentity ed25519() {
    try {
      OctetKeyPair key = new OctetKeyPairGenerator(Curve.Ed25519).keyID(newKeyId()).generate();
      return new TestIdentity(key, JWSAlgorithm.EdDSA, new Ed25519Signer(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  public static TestIdentity es256() {
    try {
      ECKey key = new ECKeyGenerator(Curve.P_256).keyID(newKeyId()).generate();
      return new TestIdentity(key, JWSAlgorithm.ES256, new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  public static TestIdentity rs256() {
    try {
      RSAKey key = new RSAKeyGenerator(2048).keyID(newKeyId()).generate();
      return new TestIdentity(key, JWSAlgorithm.RS256, new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Where the public key is.
  public URI jwks() {
    return jwks.toUri();
  }

  public JWK publicKey() {
    return key.toPublicJWK();
  }

  /// What a service must be configured with to believe this issuer.
  public Map<String, Object> properties() {
    return Map.of(
        "penstock.identity.issuer", ISSUER,
        "penstock.identity.audience", AUDIENCE,
        "penstock.identity.jwks", jwks().toString());
  }

  /// A token of this subject and roles, good for an hour of real time.
  public String token(String subject, String... roles) {
    return token(
        Instant.now().plus(Duration.ofHours(1)), // architecture: a token is for the real world
        claims -> claims.subject(subject).claim("roles", List.of(roles)));
  }

  /// A token with whatever claims a test wants to get wrong.
  public String token(Instant expires, UnaryOperator<JWTClaimsSet.Builder> claims) {
    var header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build();
    var builder =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .audience(AUDIENCE)
            .expirationTime(Date.from(expires));
    var jwt = new SignedJWT(header, claims.apply(builder).build());
    try {
      jwt.sign(signer);
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String newKeyId() {
    return UUID.randomUUID().toString();
  }

  private static Path write(JWK key) {
    try {
      var file = Files.createTempFile("penstock-jwks", ".json");
      file.toFile().deleteOnExit();
      return Files.writeString(file, new JWKSet(key.toPublicJWK()).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
