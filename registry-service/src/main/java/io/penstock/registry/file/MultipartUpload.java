package io.penstock.registry.file;

/// A file that comes in parts, numbered from 1.
public record MultipartUpload(String id, ArtifactFilePath path, int numParts) {

  /// A part as its sender saw it stored: the etag is the SHA-256 of its bytes.
  public record Part(int number, String etag) {}
}
