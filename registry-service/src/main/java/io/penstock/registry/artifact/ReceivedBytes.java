package io.penstock.registry.artifact;

import java.io.IOException;

/// Bytes that came whole and are durable, but are not in the store yet: [ArtifactIntake#keep] puts
/// them there. Closing without that forgets them.
public final class ReceivedBytes implements AutoCloseable {

  private final ArtifactStore.Deposit deposit;
  private final ArtifactDigest digest;
  private final long sizeBytes;

  ReceivedBytes(ArtifactStore.Deposit deposit, ArtifactDigest digest, long sizeBytes) {
    this.deposit = deposit;
    this.digest = digest;
    this.sizeBytes = sizeBytes;
  }

  public ArtifactDigest digest() {
    return digest;
  }

  public long sizeBytes() {
    return sizeBytes;
  }

  ArtifactStore.Deposit deposit() {
    return deposit;
  }

  @Override
  public void close() {
    try {
      deposit.close();
    } catch (IOException e) {
      throw Artifacts.unavailable(e);
    }
  }
}
