package io.penstock.demo.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SignedCheckpointTest {

  private static final byte[] ROOT = new byte[32];
  private static final String TEXT =
      "penstock.example/audit\n42\n" + Base64.getEncoder().encodeToString(ROOT) + "\n";

  private final KeyPair key = keyPair();

  @Test
  void parse_readsTheTree() throws Exception {
    SignedCheckpoint checkpoint = SignedCheckpoint.parse(note(TEXT, key));
    assertThat(checkpoint.origin()).isEqualTo("penstock.example/audit");
    assertThat(checkpoint.size()).isEqualTo(42);
    assertThat(checkpoint.root()).isEqualTo(ROOT);
  }

  @Test
  void signedBy_onlyTheSigner() throws Exception {
    SignedCheckpoint checkpoint = SignedCheckpoint.parse(note(TEXT, key));
    assertThat(checkpoint.signedBy(raw(key))).isTrue();
    assertThat(checkpoint.signedBy(raw(keyPair()))).isFalse();
  }

  @Test
  void signedBy_notAnotherText() throws Exception {
    String forged = note(TEXT, key).replace("\n42\n", "\n43\n");
    assertThat(SignedCheckpoint.parse(forged).signedBy(raw(key))).isFalse();
  }

  @Test
  void signedBy_oneOfSeveral() throws Exception {
    String note = note(TEXT, keyPair());
    String both = note + note(TEXT, key).substring(TEXT.length() + 1);
    assertThat(SignedCheckpoint.parse(both).signedBy(raw(key))).isTrue();
  }

  @Test
  void parse_withoutSignatures() {
    assertThatIllegalArgumentException().isThrownBy(() -> SignedCheckpoint.parse(TEXT));
  }

  private static String note(String text, KeyPair key) throws GeneralSecurityException {
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(key.getPrivate());
    signer.update(text.getBytes(StandardCharsets.UTF_8));
    byte[] signature = signer.sign();
    byte[] withKeyId = new byte[4 + signature.length];
    System.arraycopy(signature, 0, withKeyId, 4, signature.length);
    String encoded = Base64.getEncoder().encodeToString(withKeyId);
    return text + "\n— penstock.example/audit " + encoded + "\n";
  }

  private static byte[] raw(KeyPair key) {
    byte[] encoded = key.getPublic().getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
  }

  private static KeyPair keyPair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
