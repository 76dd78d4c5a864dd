package io.penstock.registry.mlmodel;

import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.file.ArtifactFile;
import io.penstock.registry.onnx.Signature;
import io.penstock.registry.version.ModelVersion;
import java.util.List;
import java.util.Optional;

/// What the files of a version are, and what can be served of them.
///
/// @param artifact the ONNX model among them, whole
/// @param signature of the artifact
/// @param findings what was noticed, in words
public record VersionContents(
    List<ArtifactFile> files,
    Optional<ArtifactDigest> artifact,
    Signature signature,
    List<String> findings) {

  /// Files that lie elsewhere.
  public static final VersionContents ELSEWHERE =
      new VersionContents(
          List.of(), Optional.empty(), new Signature(List.of(), List.of()), List.of());

  /// What another version is made of, which has no files but its artifact. How the other is served
  /// is not told by its files, so an ensemble, which is nothing else, cannot be had this way.
  public static VersionContents of(ModelVersion other) {
    return other.config().steps().isEmpty()
        ? new VersionContents(List.of(), other.artifact(), other.signature(), List.of())
        : ELSEWHERE;
  }

  public VersionContents {
    files = List.copyOf(files);
    findings = List.copyOf(findings);
  }
}
