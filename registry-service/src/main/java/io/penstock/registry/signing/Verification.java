package io.penstock.registry.signing;

import io.penstock.registry.artifact.ArtifactDigest;
import java.util.List;

/// What hashing the files again and verifying the signatures found.
public record Verification(List<FileCheck> files, List<SignatureCheck> signatures) {

  /// @param intact whether the stored bytes are those that were registered
  public record FileCheck(String path, ArtifactDigest digest, boolean intact) {}

  /// @param problem what is wrong with the signature, in words; empty where it is valid
  public record SignatureCheck(String keyId, String problem) {

    public boolean valid() {
      return problem.isEmpty();
    }
  }

  public Verification {
    files = List.copyOf(files);
    signatures = List.copyOf(signatures);
  }

  public boolean intact() {
    return files.stream().allMatch(FileCheck::intact)
        && signatures.stream().allMatch(SignatureCheck::valid);
  }
}
