package io.penstock.registry.mlflow;

import io.penstock.proto.mlflow.v1.ArtifactFileServiceGrpc;
import io.penstock.proto.mlflow.v1.CompleteMultipartUploadRequest;
import io.penstock.proto.mlflow.v1.CreateMultipartUploadRequest;
import io.penstock.proto.mlflow.v1.CreateMultipartUploadResponse;
import io.penstock.proto.mlflow.v1.DeleteFileRequest;
import io.penstock.proto.mlflow.v1.DownloadFileRequest;
import io.penstock.proto.mlflow.v1.FileInfo;
import io.penstock.proto.mlflow.v1.ListArtifactsRequest;
import io.penstock.proto.mlflow.v1.ListArtifactsResponse;
import io.penstock.proto.mlflow.v1.ListFilesRequest;
import io.penstock.proto.mlflow.v1.MultipartUploadPart;
import io.penstock.proto.mlflow.v1.UploadFileRequest;
import io.penstock.proto.mlflow.v1.UploadFileResponse;
import io.penstock.proto.mlflow.v1.UploadPartRequest;
import io.penstock.proto.mlflow.v1.UploadPartResponse;
import io.penstock.registry.Upload;
import io.penstock.testkit.ServiceExtension;
import java.io.ByteArrayOutputStream;
import java.util.List;

/// Somebody who moves files over gRPC.
final class FileClient {

  final ArtifactFileServiceGrpc.ArtifactFileServiceBlockingStub blocking;
  final ArtifactFileServiceGrpc.ArtifactFileServiceStub streaming;

  private FileClient(ServiceExtension registry, String subject) {
    var channel = registry.channel(subject, "data-scientist", "ml-engineer");
    blocking = ArtifactFileServiceGrpc.newBlockingStub(channel);
    streaming = ArtifactFileServiceGrpc.newStub(channel);
  }

  static FileClient of(ServiceExtension registry, String subject) {
    return new FileClient(registry, subject);
  }

  UploadFileResponse upload(String path, byte[] bytes) {
    return upload(path, "", bytes);
  }

  UploadFileResponse upload(String path, String sha256, byte[] bytes) {
    var first = UploadFileRequest.newBuilder().setPath(path);
    if (!sha256.isEmpty()) {
      first.setSha256(sha256);
    }
    return Upload.send(
        streaming::uploadFile,
        first.build(),
        chunk -> UploadFileRequest.newBuilder().setChunk(chunk).build(),
        bytes);
  }

  String uploadPart(String upload, int number, byte[] bytes) {
    UploadPartResponse response =
        Upload.send(
            streaming::uploadPart,
            UploadPartRequest.newBuilder().setUploadId(upload).setPartNumber(number).build(),
            chunk -> UploadPartRequest.newBuilder().setChunk(chunk).build(),
            bytes);
    return response.getEtag();
  }

  byte[] download(String path) {
    return download(DownloadFileRequest.newBuilder().setPath(path).build());
  }

  byte[] download(DownloadFileRequest request) {
    var bytes = new ByteArrayOutputStream();
    blocking
        .downloadFile(request)
        .forEachRemaining(part -> bytes.writeBytes(part.getChunk().toByteArray()));
    return bytes.toByteArray();
  }

  void delete(String path) {
    var _ = blocking.deleteFile(DeleteFileRequest.newBuilder().setPath(path).build());
  }

  List<String> names(String folder) {
    return list(folder).stream()
        .map(info -> info.getPath() + (info.getIsDir() ? "/" : ""))
        .toList();
  }

  List<FileInfo> list(String folder) {
    return blocking.listFiles(ListFilesRequest.newBuilder().setPath(folder).build()).getFilesList();
  }

  ListArtifactsResponse ofRun(String run, String path) {
    return blocking.listArtifacts(
        ListArtifactsRequest.newBuilder().setRunId(run).setPath(path).build());
  }

  CreateMultipartUploadResponse begin(String folder, String file, int parts) {
    return blocking.createMultipartUpload(
        CreateMultipartUploadRequest.newBuilder()
            .setArtifactPath(folder)
            .setPath(file)
            .setNumParts(parts)
            .build());
  }

  void complete(String upload, String folder, String file, List<String> etags) {
    var request =
        CompleteMultipartUploadRequest.newBuilder()
            .setUploadId(upload)
            .setArtifactPath(folder)
            .setPath(file);
    for (int i = 0; i < etags.size(); i++) {
      request.addParts(MultipartUploadPart.newBuilder().setPartNumber(i + 1).setEtag(etags.get(i)));
    }
    var _ = blocking.completeMultipartUpload(request.build());
  }
}
