package io.penstock.local;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.Ed25519Signer;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.gen.OctetKeyPairGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;

/// Issues the tokens of a local suite, with an Ed25519 key of its own. A real installation has an
/// identity provider instead and gives the services its JWKS address.
final class LocalIssuer {

  private final Path directory;
  private final OctetKeyPair key;
  private final Clock clock;

  private LocalIssuer(Path directory, OctetKeyPair key, Clock clock) {
    this.directory = directory;
    this.key = key;
    this.clock = clock;
  }

  /// Opens the issuer of a home, making its key on first use.
  static LocalIssuer open(Home home, Clock clock) {
    Path file = home.identity().resolve("issuer.jwk");
    try {
      OctetKeyPair key =
          Files.exists(file) ? OctetKeyPair.parse(Files.readString(file)) : generate(file);
      writeWhole(home.identity().resolve("jwks.json"), new JWKSet(key.toPublicJWK()).toString());
      return new LocalIssuer(home.identity(), key, clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ParseException e) {
      throw new IllegalStateException(file + " is no key; remove it to get a new one", e);
    }
  }

  private static OctetKeyPair generate(Path file) throws IOException {
    try {
      OctetKeyPair key =
          new OctetKeyPairGenerator(Curve.Ed25519).keyID(UUID.randomUUID().toString()).generate();
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, key.toJSONString());
      return key;
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The public keys, as a `file:` URI.
  String jwks() {
    return directory.resolve("jwks.json").toUri().toString();
  }

  /// A token for a principal in these roles.
  String token(String subject, List<String> roles, Duration validity) {
    Instant now = clock.instant();
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer("penstock")
            .audience("penstock")
            .subject(subject)
            .claim("roles", roles)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(validity)))
            .build();
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.EdDSA).keyID(key.getKeyID()).build(), claims);
    try {
      jwt.sign(new Ed25519Signer(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return jwt.serialize();
  }

  /// A file with a fresh token, for a service or a person of the demo.
  Path tokenFile(String name, String subject, List<String> roles, Duration validity) {
    Path file = directory.resolve(name + ".jwt");
    writeWhole(file, token(subject, roles, validity));
    return file;
  }

  /// Readers see the old content or the new, never half of it.
  private static void writeWhole(Path file, String content) {
    try {
      Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), content);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
