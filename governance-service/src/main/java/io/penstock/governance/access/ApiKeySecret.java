package io.penstock.governance.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.kit.identity.Authenticator;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/// What an application sends to prove itself: `pk_` and 256 random bits in base 62. Seen once, by
/// whoever made the key.
record ApiKeySecret(String text) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());
  private static final int BYTES = 32;
  // The least that holds 256 bits: 62^43 > 2^256.
  private static final int LENGTH = 43;

  static ApiKeySecret random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return of(bytes);
  }

  static ApiKeySecret of(byte[] bytes) {
    var text = new StringBuilder(LENGTH);
    BigInteger rest = new BigInteger(1, bytes);
    for (int i = 0; i < LENGTH; i++) {
      BigInteger[] parts = rest.divideAndRemainder(BASE);
      text.append(DIGITS.charAt(parts[1].intValue()));
      rest = parts[0];
    }
    return new ApiKeySecret(Authenticator.API_KEY_PREFIX + text.reverse());
  }

  byte[] sha256() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /// Never the secret itself.
  @Override
  public String toString() {
    return Authenticator.API_KEY_PREFIX + "…";
  }
}
