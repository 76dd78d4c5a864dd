package io.penstock.registry.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.penstock.registry.artifact.ArtifactDigest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureBundleTest {

  private static final ModelManifest MANIFEST =
      ModelManifest.of(
          "m",
          Map.of(
              "a.txt",
              new ArtifactDigest(
                  "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"),
              "sub/b.bin",
              new ArtifactDigest(
                  "0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f")));

  private final SigningKey key = SigningKey.generate();

  @Test
  void sign_thenParse_verifiesByTheKeyAlone() {
    var bundle = SignatureBundle.parse(signed().toJson());
    assertThat(bundle.isSignedBy(key.publicKey())).isTrue();
    assertThat(bundle.isSignedBy(SigningKey.generate().publicKey())).isFalse();
    assertThat(ModelStatement.parse(bundle.payload())).isEqualTo(MANIFEST);
  }

  @Test
  void isSignedBy_afterOneBitOfThePayloadChanged_isFalse() {
    var bundle = signed();
    for (int bit = 0; bit < bundle.payload().length * 8; bit += 97) {
      byte[] altered = bundle.payload().clone();
      altered[bit / 8] ^= (byte) (1 << bit % 8);
      var forged = new SignatureBundle(bundle.keyId(), altered, bundle.signature());
      assertThat(forged.isSignedBy(key.publicKey())).as("bit %d", bit).isFalse();
    }
  }

  // The fixture was made by `model_signing sign key` of the Python package model-signing 1.1.1.
  @Test
  void parse_ofWhatTheReferenceImplementationSigned_verifies() throws IOException {
    var bundle = SignatureBundle.parse(resource("reference.sig"));
    assertThat(bundle.isSignedBy(EcKey.parse(resource("reference.pem")))).isTrue();
    assertThat(ModelStatement.parse(bundle.payload())).isEqualTo(MANIFEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "\"text\"",
        "{\"mediaType\":1}",
        "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"}"
      })
  void parse_ofWhatIsNoBundle_isAnIllegalArgument(String json) {
    assertThatIllegalArgumentException().isThrownBy(() -> SignatureBundle.parse(json));
  }

  @Test
  void parse_ofGarbage_isAnIllegalArgumentOrABundleThatNobodySigned() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    String json = signed().toJson();
    for (int i = 0; i < 3_000; i++) {
      var text = new StringBuilder(json);
      for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
        text.setCharAt(random.nextInt(text.length()), (char) (' ' + random.nextInt(95)));
      }
      try {
        var bundle = SignatureBundle.parse(text.toString());
        if (bundle.isSignedBy(key.publicKey())) {
          assertThat(ModelStatement.parse(bundle.payload()))
              .as("seed %d", seed)
              .isEqualTo(MANIFEST);
        }
      } catch (IllegalArgumentException expected) {
        assertThat(expected.getMessage()).as("seed %d", seed).isNotBlank();
      }
    }
  }

  @Test
  void parse_ofAStatementWhoseRootIsAnother_isAnIllegalArgument() {
    var statement = new String(ModelStatement.write(MANIFEST), UTF_8);
    var moved = statement.replace("a.txt", "z.txt");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelStatement.parse(moved.getBytes(UTF_8)))
        .withMessageStartingWith("root digest");
  }

  private SignatureBundle signed() {
    return SignatureBundle.sign(ModelStatement.write(MANIFEST), key);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = SignatureBundleTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    }
  }
}
