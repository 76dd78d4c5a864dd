package io.penstock.registry.mlflow;

import com.google.protobuf.ByteString;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.mlflow.v1.CompleteMultipartUploadRequest;
import io.penstock.proto.mlflow.v1.CreateMultipartUploadResponse;
import io.penstock.proto.mlflow.v1.FileInfo;
import io.penstock.proto.mlflow.v1.MultipartUploadCredential;
import io.penstock.proto.mlflow.v1.UploadFileRequest;
import io.penstock.proto.mlflow.v1.UploadFileResponse;
import io.penstock.proto.mlflow.v1.UploadPartRequest;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.artifact.Chunks;
import io.penstock.registry.file.ArtifactFile;
import io.penstock.registry.file.ArtifactFilePath;
import io.penstock.registry.file.FolderEntry;
import io.penstock.registry.file.MultipartUpload;
import io.penstock.registry.file.MultipartUpload.Part;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Files on the wire.
final class ArtifactFileProtos {

  private ArtifactFileProtos() {}

  static Optional<ArtifactDigest> declared(UploadFileRequest first) {
    return first.getSha256().isEmpty()
        ? Optional.empty()
        : Optional.of(ArtifactDigest.ofHex("sha256", first.getSha256().toLowerCase(Locale.ROOT)));
  }

  static Chunks<UploadFileRequest> chunks(
      UploadFileRequest first, Iterator<UploadFileRequest> rest) {
    return new Chunks<>(first.getChunk(), rest, ArtifactFileProtos::following);
  }

  private static ByteString following(UploadFileRequest request) {
    requireNone(request.hasPath() || request.hasSha256(), "path");
    return request.getChunk();
  }

  static Chunks<UploadPartRequest> chunks(
      UploadPartRequest first, Iterator<UploadPartRequest> rest) {
    return new Chunks<>(first.getChunk(), rest, ArtifactFileProtos::following);
  }

  private static ByteString following(UploadPartRequest request) {
    requireNone(request.hasUploadId() || request.hasPartNumber(), "upload_id");
    return request.getChunk();
  }

  private static void requireNone(boolean repeated, String field) {
    if (repeated) {
      throw InvalidArguments.of(field, "stands in a later message, expected it in the first only");
    }
  }

  /// The file that an upload in parts is for: the client names a directory and, beside it, the
  /// local file, of which only the last segment matters.
  static ArtifactFilePath uploaded(String artifactPath, String localFile) {
    if (localFile.isEmpty()) {
      throw MlflowFailure.missing("path");
    }
    var name =
        localFile.substring(1 + Math.max(localFile.lastIndexOf('/'), localFile.lastIndexOf('\\')));
    return ArtifactFilePath.folder("artifact_path", artifactPath)
        .resolve(ArtifactFilePath.file("path", name));
  }

  static List<Part> parts(CompleteMultipartUploadRequest request) {
    if (request.getPartsCount() == 0) {
      throw MlflowFailure.missing("parts");
    }
    return request.getPartsList().stream()
        .map(part -> new Part(number(part.getPartNumber()), plain(part.getEtag())))
        .toList();
  }

  private static int number(long number) {
    return Math.clamp(number, 0, Integer.MAX_VALUE);
  }

  // As the header carries it: in quotes.
  private static String plain(String etag) {
    return etag.length() > 1 && etag.startsWith("\"") && etag.endsWith("\"")
        ? etag.substring(1, etag.length() - 1)
        : etag;
  }

  /// The parts' addresses, which the gateway makes absolute.
  static CreateMultipartUploadResponse toProto(MultipartUpload upload) {
    var response = CreateMultipartUploadResponse.newBuilder().setUploadId(upload.id());
    for (int part = 1; part <= upload.numParts(); part++) {
      response.addCredentials(
          MultipartUploadCredential.newBuilder()
              .setUrl("/api/2.0/mlflow-artifacts/mpu/parts/%s/%d".formatted(upload.id(), part))
              .setPartNumber(part));
    }
    return response.build();
  }

  static UploadFileResponse toProto(ArtifactFile file) {
    return UploadFileResponse.newBuilder()
        .setSha256(file.digest().hex())
        .setFileSize(file.size())
        .build();
  }

  /// The entry under its path below the given directory.
  static FileInfo toProto(FolderEntry entry, ArtifactFilePath root) {
    var info =
        FileInfo.newBuilder()
            .setPath(entry.path().relativeTo(root))
            .setIsDir(entry.file().isEmpty());
    entry.file().ifPresent(file -> describe(file, info));
    return info.build();
  }

  // MLflow does not say the size of an empty file.
  private static void describe(ArtifactFile file, FileInfo.Builder info) {
    info.setSha256(file.digest().hex());
    if (file.size() > 0) {
      info.setFileSize(file.size());
    }
  }
}
