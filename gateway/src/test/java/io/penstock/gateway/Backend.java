package io.penstock.gateway;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.kit.grpc.Credentials;
import io.penstock.proto.registry.v1.Artifact;
import io.penstock.proto.registry.v1.ArtifactServiceGrpc;
import io.penstock.proto.registry.v1.DownloadArtifactRequest;
import io.penstock.proto.registry.v1.DownloadArtifactResponse;
import io.penstock.proto.registry.v1.GetModelRequest;
import io.penstock.proto.registry.v1.ListModelsRequest;
import io.penstock.proto.registry.v1.ListModelsResponse;
import io.penstock.proto.registry.v1.Model;
import io.penstock.proto.registry.v1.ModelServiceGrpc;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc;
import io.penstock.proto.registry.v1.UploadArtifactRequest;
import io.penstock.proto.registry.v1.WatchReleasesRequest;
import io.penstock.proto.registry.v1.WatchReleasesResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/// A real gRPC server with a few RPCs of the contract, for the gateway to forward to. It can be
/// stopped and come back.
final class Backend implements AutoCloseable {

  private static final Metadata.Key<String> TRACE_PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  /// The credential of the last call, as the service saw it.
  final AtomicReference<Optional<String>> credential = new AtomicReference<>(Optional.empty());

  final AtomicLong uploadedBytes = new AtomicLong();

  /// The trace that the last call belonged to: the header as it came.
  final AtomicReference<String> traceParent = new AtomicReference<>("");

  final InferenceBackend inference = new InferenceBackend();
  private Server server = start(0);
  private final int port = server.getPort();

  int port() {
    return port;
  }

  void restart() {
    server = start(port);
  }

  @Override
  public void close() {
    try {
      server.shutdownNow().awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Server start(int port) {
    try {
      return NettyServerBuilder.forPort(port)
          .addService(new Models())
          .addService(new Artifacts())
          .addService(new Releases())
          .addService(inference)
          .addService(inference.repository())
          .intercept(new CredentialReader())
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class CredentialReader implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      credential.set(Credentials.of(headers));
      traceParent.set(String.valueOf(headers.get(TRACE_PARENT)));
      return next.startCall(call, headers);
    }
  }

  private static final class Models extends ModelServiceGrpc.ModelServiceImplBase {
    @Override
    public void getModel(GetModelRequest request, StreamObserver<Model> out) {
      if (request.getName().equals("models/missing")) {
        out.onError(
            FailureStatus.of(
                    io.grpc.Status.Code.NOT_FOUND,
                    "MODEL_NOT_FOUND",
                    "models/missing does not exist")
                .withMetadata("model", "models/missing")
                .toException());
        return;
      }
      out.onNext(Model.newBuilder().setName(request.getName()).setLatestVersion(7).build());
      out.onCompleted();
    }

    /// Never answers; ends when the caller's deadline does.
    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> out) {
      Context.current().addListener(ended -> {}, Runnable::run);
    }
  }

  private final class Artifacts extends ArtifactServiceGrpc.ArtifactServiceImplBase {
    @Override
    public StreamObserver<UploadArtifactRequest> uploadArtifact(StreamObserver<Artifact> out) {
      uploadedBytes.set(0);
      return new StreamObserver<>() {
        private String sha256 = "";

        @Override
        public void onNext(UploadArtifactRequest request) {
          sha256 = request.getSha256().isEmpty() ? sha256 : request.getSha256();
          uploadedBytes.addAndGet(request.getChunk().size());
        }

        @Override
        public void onError(Throwable broken) {}

        @Override
        public void onCompleted() {
          out.onNext(
              Artifact.newBuilder()
                  .setName("artifacts/" + sha256)
                  .setSizeBytes(uploadedBytes.get())
                  .build());
          out.onCompleted();
        }
      };
    }

    @Override
    public void downloadArtifact(
        DownloadArtifactRequest request, StreamObserver<DownloadArtifactResponse> out) {
      for (int i = 0; i < 3; i++) {
        out.onNext(
            DownloadArtifactResponse.newBuilder()
                .setChunk(ByteString.copyFromUtf8("part" + i + ";"))
                .build());
      }
      out.onCompleted();
    }
  }

  private static final class Releases extends ReleaseServiceGrpc.ReleaseServiceImplBase {
    @Override
    public void watchReleases(
        WatchReleasesRequest request, StreamObserver<WatchReleasesResponse> out) {
      for (int i = 1; i <= 2; i++) {
        out.onNext(
            WatchReleasesResponse.newBuilder().setRevision(request.getAfterRevision() + i).build());
      }
      out.onCompleted();
    }
  }
}
