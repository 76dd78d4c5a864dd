package io.penstock.conformance.suite;

import com.google.gson.JsonElement;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Transport;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.proto.oip.ModelStreamInferResponse;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.proto.oip.ServerMetadataRequest;
import io.penstock.proto.oip.repository.ModelRepositoryServiceGrpc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/// What a server offers: extensions and models.
final class Offer {

  private static final int PATIENCE_SECONDS = 10;

  private final Server server;
  private final Set<Extension> extensions = EnumSet.of(Extension.CORE);
  private final Map<String, Boolean> models = new HashMap<>();

  Offer(Server server) {
    this.server = server;
    var listed = listed();
    for (var extension : Extension.values()) {
      if (extension.isListed() ? listed.contains(extension.label()) : tried(extension)) {
        extensions.add(extension);
      }
    }
  }

  boolean has(Extension extension) {
    return extensions.contains(extension);
  }

  Set<Extension> extensions() {
    return Set.copyOf(extensions);
  }

  boolean serves(String model) {
    return models.computeIfAbsent(model, this::isReady);
  }

  private Set<String> listed() {
    if (server.offers(Transport.GRPC)) {
      var metadata = server.grpc().serverMetadata(ServerMetadataRequest.getDefaultInstance());
      return Set.copyOf(metadata.getExtensionsList());
    }
    var names = new HashSet<String>();
    var extensions = server.rest().get("/v2").json().getAsJsonArray("extensions");
    if (extensions != null) {
      extensions.asList().stream().map(JsonElement::getAsString).forEach(names::add);
    }
    return names;
  }

  private boolean tried(Extension extension) {
    return switch (extension) {
      case STREAMING -> server.offers(Transport.GRPC) && streams();
      case GRPC_HEALTH -> server.offers(Transport.GRPC) && implemented(this::checkHealth);
      case MLSERVER_REPOSITORY -> server.offers(Transport.GRPC) && implemented(this::index);
      case COMPRESSION -> server.offers(Transport.REST) && unzips();
      case ENSEMBLE -> serves("ensemble_add_sub");
      default -> true;
    };
  }

  private Object checkHealth() {
    return HealthGrpc.newBlockingStub(server.channel())
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .check(HealthCheckRequest.getDefaultInstance());
  }

  private Object index() {
    return ModelRepositoryServiceGrpc.newBlockingStub(server.channel())
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .repositoryIndex(RepositoryIndexRequest.getDefaultInstance());
  }

  private static boolean implemented(Supplier<?> call) {
    try {
      return call.get() != null;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() != Code.UNIMPLEMENTED;
    }
  }

  private boolean streams() {
    var end = new CompletableFuture<Boolean>();
    GRPCInferenceServiceGrpc.newStub(server.channel())
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .modelStreamInfer(new End<ModelStreamInferResponse>(end))
        .onCompleted();
    try {
      return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Notes whether anything but UNIMPLEMENTED comes.
  private record End<T>(CompletableFuture<Boolean> end) implements io.grpc.stub.StreamObserver<T> {

    @Override
    public void onNext(T value) {
      end.complete(true);
    }

    @Override
    public void onError(Throwable problem) {
      end.complete(io.grpc.Status.fromThrowable(problem).getCode() != Code.UNIMPLEMENTED);
    }

    @Override
    public void onCompleted() {
      end.complete(true);
    }
  }

  /// Whether a compressed body is read at all.
  private boolean unzips() {
    var out = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(out)) {
      zip.write(
          "{\"inputs\":[{\"name\":\"INPUT0\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}"
              .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var headers = Map.of("Content-Type", "application/json", "Content-Encoding", "gzip");
    return server
            .rest()
            .send("POST", "/v2/models/identity_fp32/infer", headers, out.toByteArray())
            .status()
        == 200;
  }

  private boolean isReady(String model) {
    if (!server.offers(Transport.GRPC)) {
      return server.rest().get("/v2/models/" + model + "/ready").status() == 200;
    }
    try {
      var request = ModelReadyRequest.newBuilder().setName(model).build();
      return server.grpc().modelReady(request).getReady();
    } catch (StatusRuntimeException e) {
      return false;
    }
  }
}
