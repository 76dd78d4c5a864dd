package io.penstock.e2e.audit;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// A checkpoint as C2SP's signed note has it, read and checked with the JDK alone.
record SignedNote(String origin, long size, byte[] root, String body, byte[] signature) {

  private static final int KEY_HINT_BYTES = 4;

  static SignedNote parse(String note) {
    int end = note.indexOf("\n\n") + 1;
    List<String> lines = note.lines().toList();
    byte[] hintAndSignature = Base64.getDecoder().decode(lines.getLast().split(" ")[2]);
    return new SignedNote(
        lines.get(0),
        Long.parseLong(lines.get(1)),
        Base64.getDecoder().decode(lines.get(2)),
        note.substring(0, end),
        Arrays.copyOfRange(hintAndSignature, KEY_HINT_BYTES, hintAndSignature.length));
  }

  /// @param key 32 bytes: the point's y, little-endian, and in the highest bit whether x is odd
  boolean isSignedBy(byte[] key) throws GeneralSecurityException {
    byte[] bigEndian = new byte[key.length];
    for (int i = 0; i < key.length; i++) {
      bigEndian[i] = key[key.length - 1 - i];
    }
    boolean odd = bigEndian[0] < 0;
    bigEndian[0] &= 0x7F;
    var point = new EdECPoint(odd, new BigInteger(1, bigEndian));
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point)));
    verifier.update(body.getBytes(StandardCharsets.UTF_8));
    return verifier.verify(signature);
  }
}
