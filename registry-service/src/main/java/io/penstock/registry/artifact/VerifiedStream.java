package io.penstock.registry.artifact;

import io.penstock.registry.RegistryFailure.ArtifactCorrupt;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.function.Consumer;

/// Stored bytes that are hashed while they are read. The end is reached only when they are what
/// their name says; otherwise reading fails there as corrupt.
final class VerifiedStream extends FilterInputStream {

  private final ArtifactDigest expected;
  private final Consumer<ArtifactCorrupt> alarm;
  private final MessageDigest seen = ArtifactDigest.sha256();
  private boolean verified;

  /// @param alarm hears of altered bytes before the reader does
  VerifiedStream(InputStream bytes, ArtifactDigest expected, Consumer<ArtifactCorrupt> alarm) {
    super(bytes);
    this.expected = expected;
    this.alarm = alarm;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = readStored(buffer, offset, length);
    if (count > 0) {
      seen.update(buffer, offset, count);
    } else if (count < 0) {
      verify();
    }
    return count;
  }

  private int readStored(byte[] buffer, int offset, int length) {
    try {
      return in.read(buffer, offset, length);
    } catch (IOException e) {
      throw Artifacts.unavailable(e);
    }
  }

  /// Skipping is reading: the bytes passed over count towards the digest.
  @Override
  public long skip(long count) throws IOException {
    var skipped = readNBytes(Math.clamp(count, 0, 1 << 16));
    return skipped.length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void verify() {
    if (!verified) {
      var actual = ArtifactDigest.of(seen);
      if (!actual.equals(expected)) {
        var corrupt = ArtifactCorrupt.altered(expected.name(), actual.hex());
        alarm.accept(corrupt);
        throw corrupt.exception();
      }
      verified = true;
    }
  }
}
