package io.penstock.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalIssuerTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir private Path directory = Path.of("unset");

  private LocalIssuer issuer() {
    return LocalIssuer.open(Home.at(directory), Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static boolean verifies(String token, String jwks)
      throws ParseException, IOException, JOSEException {
    var key = JWKSet.load(Path.of(URI.create(jwks)).toFile()).getKeys().getFirst();
    return SignedJWT.parse(token).verify(new Ed25519Verifier(key.toOctetKeyPair()));
  }

  @Test
  void token_verifiesWithThePublishedKey() throws Exception {
    LocalIssuer issuer = issuer();
    String token = issuer.token("ada", List.of("viewer"), Duration.ofHours(2));
    var claims = SignedJWT.parse(token).getJWTClaimsSet();
    assertThat(verifies(token, issuer.jwks())).isTrue();
    assertThat(claims.getSubject()).isEqualTo("ada");
    assertThat(claims.getStringListClaim("roles")).containsExactly("viewer");
    assertThat(claims.getExpirationTime().toInstant()).isEqualTo(NOW.plus(Duration.ofHours(2)));
  }

  @Test
  void open_again_keepsTheKey() throws Exception {
    String token = issuer().token("ada", List.of("viewer"), Duration.ofHours(2));
    assertThat(verifies(token, issuer().jwks())).isTrue();
  }

  @Test
  void open_keyIsForItsOwnerOnly() throws IOException {
    issuer();
    Path key = directory.resolve("identity").resolve("issuer.jwk");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(directory.resolve("identity").resolve("jwks.json")))
        .doesNotContain("\"d\"");
  }
}
