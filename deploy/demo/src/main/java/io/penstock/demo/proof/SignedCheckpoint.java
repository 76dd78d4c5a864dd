package io.penstock.demo.proof;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// A signed note of the form C2SP tlog-checkpoint: origin, size and root of a log, an empty line,
/// signatures.
///
/// @param text what is signed, its last newline included
/// @param signatures lines after the empty one
public record SignedCheckpoint(
    String text, String signatures, String origin, long size, byte[] root) {

  /// What stands before the 32 bytes of an Ed25519 key in its X.509 form.
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final String SIGNATURE_MARK = "— ";
  private static final int KEY_ID_BYTES = 4;

  public static SignedCheckpoint parse(String note) {
    int end = note.indexOf("\n\n");
    if (end < 0) {
      throw new IllegalArgumentException("checkpoint: no signatures after an empty line");
    }
    String text = note.substring(0, end + 1);
    String[] lines = text.split("\n", -1);
    return new SignedCheckpoint(
        text,
        note.substring(end + 2),
        lines[0],
        Long.parseLong(lines[1]),
        Base64.getDecoder().decode(lines[2]));
  }

  /// Whether one of the signatures is by this Ed25519 key (32 bytes).
  public boolean signedBy(byte[] key) {
    return signatures
        .lines()
        .filter(line -> line.startsWith(SIGNATURE_MARK))
        .map(line -> Base64.getDecoder().decode(line.substring(line.lastIndexOf(' ') + 1)))
        .map(blob -> Arrays.copyOfRange(blob, KEY_ID_BYTES, blob.length))
        .anyMatch(signature -> verifies(signature, key));
  }

  private boolean verifies(byte[] signature, byte[] key) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(publicKey(key));
      verifier.update(text.getBytes(StandardCharsets.UTF_8));
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static PublicKey publicKey(byte[] key) throws GeneralSecurityException {
    byte[] encoded = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + key.length);
    System.arraycopy(key, 0, encoded, ED25519_PREFIX.length, key.length);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }
}
