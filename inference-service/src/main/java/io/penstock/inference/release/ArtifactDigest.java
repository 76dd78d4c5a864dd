package io.penstock.inference.release;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The SHA-256 that an artifact is named by, in lower-case hex.
record ArtifactDigest(String hex) {

  private static final Pattern NAME = Pattern.compile("artifacts/([0-9a-f]{64})");

  /// Reads `artifacts/{sha256}`. The strict form keeps the name usable as a file name.
  static ArtifactDigest parse(String resource) throws LoadFailed {
    var name = NAME.matcher(resource);
    if (!name.matches()) {
      throw new LoadFailed("'%s' is no artifact, expected artifacts/{sha256}".formatted(resource));
    }
    return new ArtifactDigest(name.group(1));
  }

  static ArtifactDigest finish(MessageDigest digest) {
    return new ArtifactDigest(HexFormat.of().formatHex(digest.digest()));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// `artifacts/{sha256}`.
  @Override
  public String toString() {
    return "artifacts/" + hex;
  }
}
