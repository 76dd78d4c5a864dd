package io.penstock.registry.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.registry.Sha256;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;

/// A public key on one of the curves P-256, P-384 and P-521, which sign with the SHA-2 of their
/// size.
///
/// @param pem SubjectPublicKeyInfo, in the very bytes that other implementations hash to name it
public record EcKey(ECPublicKey key, String pem) {

  private static final String TYPE = "PUBLIC KEY";

  public EcKey(ECPublicKey key) {
    this(key, Pem.write(TYPE, key.getEncoded()));
    algorithm();
  }

  /// Reads a key; any other content is an illegal argument.
  static EcKey parse(String pem) {
    try {
      var spec = new X509EncodedKeySpec(Pem.read(TYPE, pem));
      return new EcKey((ECPublicKey) KeyFactory.getInstance("EC").generatePublic(spec));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no elliptic curve public key", e);
    }
  }

  /// Hex SHA-256 of the PEM form: the hint in a bundle.
  public String id() {
    return Sha256.hex(pem.getBytes(US_ASCII));
  }

  /// The JDK's name of the signature algorithm, whose signatures are in ASN.1 as sigstore's are.
  String algorithm() {
    int bits = key.getParams().getOrder().bitLength();
    return switch (bits) {
      case 256 -> "SHA256withECDSA";
      case 384 -> "SHA384withECDSA";
      case 521 -> "SHA512withECDSA";
      default ->
          throw new IllegalArgumentException(
              "a curve of %d bits, expected P-256, P-384 or P-521".formatted(bits));
    };
  }

  boolean verifies(byte[] message, byte[] signature) {
    try {
      var verifier = Signature.getInstance(algorithm());
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
