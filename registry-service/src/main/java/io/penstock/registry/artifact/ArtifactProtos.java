package io.penstock.registry.artifact;

import com.google.protobuf.ByteString;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.UploadArtifactRequest;
import io.penstock.registry.Limits;
import io.penstock.registry.Times;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;

/// Artifacts on the wire.
final class ArtifactProtos {

  private static final int MEDIA_TYPE = 255;

  private ArtifactProtos() {}

  /// The declaration in the first message of an upload.
  static Optional<ArtifactDigest> declared(UploadArtifactRequest first) {
    return first.getSha256().isEmpty()
        ? Optional.empty()
        : Optional.of(ArtifactDigest.ofHex("sha256", first.getSha256()));
  }

  static String mediaType(UploadArtifactRequest first) {
    var problems = new InvalidArguments();
    Limits.text(problems, "media_type", first.getMediaType(), MEDIA_TYPE);
    problems.throwIfAny();
    return first.getMediaType().isEmpty() ? "application/octet-stream" : first.getMediaType();
  }

  /// The chunks of an upload, from its first message to its last.
  static Iterator<ByteBuffer> chunks(
      UploadArtifactRequest first, Iterator<UploadArtifactRequest> rest) {
    return new Chunks<>(first.getChunk(), rest, ArtifactProtos::following);
  }

  private static ByteString following(UploadArtifactRequest request) {
    if (!request.getSha256().isEmpty() || !request.getMediaType().isEmpty()) {
      throw InvalidArguments.of(
          "sha256", "stands in a later message, expected the declaration in the first only");
    }
    return request.getChunk();
  }

  static io.penstock.proto.registry.v1.Artifact toProto(Artifact artifact) {
    return io.penstock.proto.registry.v1.Artifact.newBuilder()
        .setName(artifact.digest().name())
        .setSizeBytes(artifact.sizeBytes())
        .setMediaType(artifact.mediaType())
        .setCreateTime(Times.toProto(artifact.createTime()))
        .setCreatedBy(artifact.createdBy())
        .build();
  }
}
