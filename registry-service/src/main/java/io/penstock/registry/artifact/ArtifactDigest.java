package io.penstock.registry.artifact;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.registry.NamePattern;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// SHA-256 of an artifact's bytes as lower-case hex; its name is `artifacts/{sha256}`. Holds
/// nothing but hex digits, so it may become part of a path.
public record ArtifactDigest(String hex) {

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final NamePattern NAMES = NamePattern.of("artifacts/{sha256}");

  public ArtifactDigest {
    if (!isHex(hex)) {
      throw new IllegalArgumentException("'" + hex + "' is no SHA-256 in lower-case hex");
    }
  }

  static boolean isHex(String text) {
    return HEX.matcher(text).matches();
  }

  /// The digest in an artifact's name.
  public static ArtifactDigest ofName(String field, String name) {
    return ofHex(field, NAMES.parse(field, name).getFirst());
  }

  /// The digest that a request declares.
  public static ArtifactDigest ofHex(String field, String hex) {
    if (!isHex(hex)) {
      throw InvalidArguments.of(
          field, "was '%s', expected 64 lower-case hex digits".formatted(hex));
    }
    return new ArtifactDigest(hex);
  }

  /// What a finished digest computation found.
  public static ArtifactDigest of(MessageDigest sha256) {
    return new ArtifactDigest(HexFormat.of().formatHex(sha256.digest()));
  }

  /// A new computation of a digest.
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  public String name() {
    return NAMES.format(hex);
  }
}
