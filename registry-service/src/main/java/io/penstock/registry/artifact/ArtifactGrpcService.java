package io.penstock.registry.artifact;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.StreamObserver;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.grpc.StreamWriter;
import io.penstock.kit.identity.Caller;
import io.penstock.proto.registry.v1.Artifact;
import io.penstock.proto.registry.v1.ArtifactServiceGrpc.ArtifactServiceImplBase;
import io.penstock.proto.registry.v1.DownloadArtifactRequest;
import io.penstock.proto.registry.v1.DownloadArtifactResponse;
import io.penstock.proto.registry.v1.GetArtifactRequest;
import io.penstock.proto.registry.v1.UploadArtifactRequest;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;

/// Artifacts over gRPC.
@Singleton
final class ArtifactGrpcService extends ArtifactServiceImplBase {

  private static final int CHUNK_BYTES = 256 << 10;

  private final Artifacts artifacts;

  ArtifactGrpcService(Artifacts artifacts) {
    this.artifacts = artifacts;
  }

  @Override
  public StreamObserver<UploadArtifactRequest> uploadArtifact(StreamObserver<Artifact> responses) {
    return Calls.collect(responses, requests -> ArtifactProtos.toProto(upload(requests)));
  }

  private io.penstock.registry.artifact.Artifact upload(Iterator<UploadArtifactRequest> requests) {
    if (!requests.hasNext()) {
      throw InvalidArguments.of("chunk", "no message came, expected at least one");
    }
    var first = requests.next();
    return artifacts.store(
        ArtifactProtos.declared(first),
        ArtifactProtos.mediaType(first),
        ArtifactProtos.chunks(first, requests),
        Caller.current().principal().name());
  }

  @Override
  public void downloadArtifact(
      DownloadArtifactRequest request, StreamObserver<DownloadArtifactResponse> responses) {
    var digest = ArtifactDigest.ofName("name", request.getName());
    Calls.stream(responses, out -> download(digest, out));
  }

  private void download(ArtifactDigest digest, StreamWriter<DownloadArtifactResponse> out)
      throws IOException {
    try (var bytes = artifacts.open(digest)) {
      for (var chunk = next(bytes); chunk.length > 0; chunk = next(bytes)) {
        out.write(
            DownloadArtifactResponse.newBuilder()
                .setChunk(UnsafeByteOperations.unsafeWrap(chunk))
                .build());
      }
    }
  }

  private static byte[] next(InputStream bytes) throws IOException {
    return bytes.readNBytes(CHUNK_BYTES);
  }

  @Override
  public void getArtifact(GetArtifactRequest request, StreamObserver<Artifact> responses) {
    Calls.unary(
        responses,
        () ->
            ArtifactProtos.toProto(
                artifacts.get(ArtifactDigest.ofName("name", request.getName()))));
  }
}
