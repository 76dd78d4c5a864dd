package io.penstock.registry.mlflow;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.StreamObserver;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.grpc.StreamWriter;
import io.penstock.kit.identity.Caller;
import io.penstock.proto.mlflow.v1.AbortMultipartUploadRequest;
import io.penstock.proto.mlflow.v1.AbortMultipartUploadResponse;
import io.penstock.proto.mlflow.v1.ArtifactFileServiceGrpc.ArtifactFileServiceImplBase;
import io.penstock.proto.mlflow.v1.CompleteMultipartUploadRequest;
import io.penstock.proto.mlflow.v1.CompleteMultipartUploadResponse;
import io.penstock.proto.mlflow.v1.CreateMultipartUploadRequest;
import io.penstock.proto.mlflow.v1.CreateMultipartUploadResponse;
import io.penstock.proto.mlflow.v1.DeleteFileRequest;
import io.penstock.proto.mlflow.v1.DeleteFileResponse;
import io.penstock.proto.mlflow.v1.DownloadFileRequest;
import io.penstock.proto.mlflow.v1.DownloadFileResponse;
import io.penstock.proto.mlflow.v1.ListArtifactsRequest;
import io.penstock.proto.mlflow.v1.ListArtifactsResponse;
import io.penstock.proto.mlflow.v1.ListFilesRequest;
import io.penstock.proto.mlflow.v1.ListFilesResponse;
import io.penstock.proto.mlflow.v1.UploadFileRequest;
import io.penstock.proto.mlflow.v1.UploadFileResponse;
import io.penstock.proto.mlflow.v1.UploadPartRequest;
import io.penstock.proto.mlflow.v1.UploadPartResponse;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.file.ArtifactFile;
import io.penstock.registry.file.ArtifactFilePath;
import io.penstock.registry.file.ArtifactFiles;
import io.penstock.registry.file.FileListing;
import io.penstock.registry.file.FileLocations;
import io.penstock.registry.file.MultipartUploads;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;

/// Files over gRPC, as MLflow's clients move them.
@Singleton
final class ArtifactFileGrpcService extends ArtifactFileServiceImplBase {

  private static final int CHUNK_BYTES = 256 << 10;

  private final ArtifactFiles files;
  private final FileLocations locations;
  private final MultipartUploads uploads;

  ArtifactFileGrpcService(ArtifactFiles files, FileLocations locations, MultipartUploads uploads) {
    this.files = files;
    this.locations = locations;
    this.uploads = uploads;
  }

  @Override
  public void listArtifacts(
      ListArtifactsRequest request, StreamObserver<ListArtifactsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListArtifactsResponse list(ListArtifactsRequest request) {
    var root = locations.ofRun(run(request.getRunId(), request.getRunUuid()));
    var folder = root.path().resolve(ArtifactFilePath.folder("path", request.getPath()));
    var listing = files.list(folder, request.getPageToken());
    var response =
        ListArtifactsResponse.newBuilder()
            .setRootUri(root.uri())
            .addAllFiles(
                listing.entries().stream()
                    .map(entry -> ArtifactFileProtos.toProto(entry, root.path()))
                    .toList());
    listing.nextToken().ifPresent(response::setNextPageToken);
    return response.build();
  }

  private static String run(String id, String formerId) {
    if (id.isEmpty() && formerId.isEmpty()) {
      throw MlflowFailure.missing("run_id");
    }
    return id.isEmpty() ? formerId : id;
  }

  @Override
  public void listFiles(ListFilesRequest request, StreamObserver<ListFilesResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListFilesResponse list(ListFilesRequest request) {
    var folder = ArtifactFilePath.folder("path", request.getPath());
    var listing = files.list(folder, "");
    if (listing.nextToken().isPresent()) {
      throw MlflowFailure.invalid(
          "'%s' holds more than %d entries; list its directories one by one, or page through artifacts/list"
              .formatted(folder, FileListing.MOST));
    }
    return ListFilesResponse.newBuilder()
        .addAllFiles(
            listing.entries().stream()
                .map(entry -> ArtifactFileProtos.toProto(entry, folder))
                .toList())
        .build();
  }

  @Override
  public StreamObserver<UploadFileRequest> uploadFile(
      StreamObserver<UploadFileResponse> responses) {
    return Calls.collect(responses, requests -> ArtifactFileProtos.toProto(upload(requests)));
  }

  private ArtifactFile upload(Iterator<UploadFileRequest> requests) {
    var first = first(requests, "path");
    return files.upload(
        ArtifactFilePath.file("path", first.getPath()),
        ArtifactFileProtos.declared(first),
        ArtifactFileProtos.chunks(first, requests),
        caller());
  }

  private static <Q> Q first(Iterator<Q> requests, String field) {
    if (!requests.hasNext()) {
      throw InvalidArguments.of(field, "no message came, expected at least one");
    }
    return requests.next();
  }

  @Override
  public void downloadFile(
      DownloadFileRequest request, StreamObserver<DownloadFileResponse> responses) {
    var file = find(request);
    Calls.stream(responses, out -> download(file, out));
  }

  private ArtifactFile find(DownloadFileRequest request) {
    var path = ArtifactFilePath.file("path", request.getPath());
    if (request.hasName() || request.hasVersion()) {
      return locations.inVersion(request.getName(), request.getVersion(), path);
    }
    var whole =
        request.hasRunId() || request.hasRunUuid()
            ? locations.ofRun(run(request.getRunId(), request.getRunUuid())).path().resolve(path)
            : path;
    return files
        .find(whole)
        .orElseThrow(
            () ->
                new MlflowFailure.DoesNotExist("No such artifact: '%s'".formatted(whole.value()))
                    .exception());
  }

  // A chunk leaves only when the next one is there or the end was reached and verified: altered
  // bytes never arrive whole, and those of a small file not at all.
  private void download(ArtifactFile file, StreamWriter<DownloadFileResponse> out)
      throws IOException {
    try (var bytes = files.open(file)) {
      var response =
          DownloadFileResponse.newBuilder()
              .setFileName(file.path().name())
              .setFileSize(file.size())
              .setSha256(file.digest().hex());
      var chunk = next(bytes);
      do {
        var following = next(bytes);
        out.write(response.setChunk(chunk).build());
        response.clear();
        chunk = following;
      } while (!chunk.isEmpty());
    }
  }

  private static ByteString next(InputStream bytes) throws IOException {
    return UnsafeByteOperations.unsafeWrap(bytes.readNBytes(CHUNK_BYTES));
  }

  @Override
  public void deleteFile(DeleteFileRequest request, StreamObserver<DeleteFileResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          files.delete(ArtifactFilePath.fileOrFolder("path", request.getPath()));
          return DeleteFileResponse.getDefaultInstance();
        });
  }

  @Override
  public void createMultipartUpload(
      CreateMultipartUploadRequest request,
      StreamObserver<CreateMultipartUploadResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          var path = ArtifactFileProtos.uploaded(request.getArtifactPath(), request.getPath());
          long parts = request.hasNumParts() ? request.getNumParts() : 1;
          return ArtifactFileProtos.toProto(uploads.create(path, parts, caller()));
        });
  }

  @Override
  public StreamObserver<UploadPartRequest> uploadPart(
      StreamObserver<UploadPartResponse> responses) {
    return Calls.collect(
        responses,
        requests -> {
          var first = first(requests, "upload_id");
          var chunks = ArtifactFileProtos.chunks(first, requests);
          var etag = uploads.put(first.getUploadId(), first.getPartNumber(), chunks, caller());
          return UploadPartResponse.newBuilder().setEtag(etag).build();
        });
  }

  @Override
  public void completeMultipartUpload(
      CompleteMultipartUploadRequest request,
      StreamObserver<CompleteMultipartUploadResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          var path = ArtifactFileProtos.uploaded(request.getArtifactPath(), request.getPath());
          var _ =
              uploads.complete(
                  request.getUploadId(), path, ArtifactFileProtos.parts(request), caller());
          return CompleteMultipartUploadResponse.getDefaultInstance();
        });
  }

  @Override
  public void abortMultipartUpload(
      AbortMultipartUploadRequest request, StreamObserver<AbortMultipartUploadResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          var path = ArtifactFileProtos.uploaded(request.getArtifactPath(), request.getPath());
          uploads.abort(request.getUploadId(), path);
          return AbortMultipartUploadResponse.getDefaultInstance();
        });
  }

  private static String caller() {
    return Caller.current().principal().name();
  }
}
