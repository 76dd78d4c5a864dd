package io.penstock.registry.artifact;

import java.time.Instant;

/// Immutable bytes that are stored, and who stored them.
///
/// @param mediaType as the first who stored them said
public record Artifact(
    ArtifactDigest digest, long sizeBytes, String mediaType, Instant createTime, String createdBy) {

  /// What a file is called that is an ONNX model and nothing else.
  public static final String ONNX_FILE = "model.onnx";

  /// What bytes of this kind are called where they have to be a file.
  public static String fileName(String mediaType) {
    return switch (mediaType) {
      case "application/json" -> "tokenizer.json";
      case "application/vnd.penstock.ensemble" -> "ensemble.binpb";
      default -> ONNX_FILE;
    };
  }
}
