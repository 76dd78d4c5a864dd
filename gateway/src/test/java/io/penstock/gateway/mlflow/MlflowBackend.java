package io.penstock.gateway.mlflow;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Credentials;
import io.penstock.proto.mlflow.v1.ArtifactFileServiceGrpc;
import io.penstock.proto.mlflow.v1.LoggedModelServiceGrpc;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.ServerServiceGrpc;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.proto.mlflow.v1.UploadFileRequest;
import io.penstock.proto.mlflow.v1.WebhookServiceGrpc;
import io.penstock.proto.registry.v1.ArtifactServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A real gRPC server with every RPC of MLflow's API and those of artifacts. It keeps what it was
/// asked last and answers what it is told to, or an empty message. It can be stopped and come back.
///
/// It runs from when its address is asked for till the test class has ended that it is registered
/// with; the next class gets another one.
final class MlflowBackend implements AfterAllCallback {

  /// What an RPC answers, by its name; an exception is the answer too.
  final Map<String, Function<Message, Iterable<? extends Message>>> answers =
      new ConcurrentHashMap<>();

  /// The last request; the first message of an upload.
  final AtomicReference<Message> asked = new AtomicReference<>();

  final AtomicReference<String> credential = new AtomicReference<>("");
  final AtomicLong uploadedBytes = new AtomicLong();

  private @Nullable Server server;
  // Any at first; a server that has ended does not say any more which it was.
  private int port;

  synchronized String address() {
    return "127.0.0.1:" + running().getPort();
  }

  private Server running() {
    return server == null ? server = start() : server;
  }

  synchronized void stop() {
    running().shutdownNow();
  }

  synchronized void restart() {
    server = start();
  }

  @Override
  public synchronized void afterAll(ExtensionContext context) {
    stop();
    server = null;
    port = 0;
  }

  private Server start() {
    var builder =
        NettyServerBuilder.forPort(port)
            .maxInboundMessageSize(20 << 20)
            .intercept(new CredentialReader());
    Stream.of(
            TrackingServiceGrpc.getServiceDescriptor(),
            LoggedModelServiceGrpc.getServiceDescriptor(),
            ModelRegistryServiceGrpc.getServiceDescriptor(),
            ArtifactFileServiceGrpc.getServiceDescriptor(),
            WebhookServiceGrpc.getServiceDescriptor(),
            ServerServiceGrpc.getServiceDescriptor(),
            ArtifactServiceGrpc.getServiceDescriptor())
        .map(this::definition)
        .forEach(builder::addService);
    try {
      var started = builder.build().start();
      port = started.getPort();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ServerServiceDefinition definition(ServiceDescriptor service) {
    var definition = ServerServiceDefinition.builder(service);
    service.getMethods().forEach(method -> add(definition, method));
    return definition.build();
  }

  @SuppressWarnings("unchecked")
  private void add(ServerServiceDefinition.Builder definition, MethodDescriptor<?, ?> any) {
    var method = (MethodDescriptor<Message, Message>) any;
    definition.addMethod(
        method,
        method.getType() == MethodDescriptor.MethodType.CLIENT_STREAMING
            ? ServerCalls.asyncClientStreamingCall(out -> new Upload(method, out))
            : ServerCalls.asyncServerStreamingCall(
                (request, out) -> {
                  asked.set(request);
                  answer(method, request, out);
                }));
  }

  private void answer(
      MethodDescriptor<Message, Message> method, Message request, StreamObserver<Message> out) {
    var prototype =
        ((PrototypeMarshaller<Message>) method.getResponseMarshaller()).getMessagePrototype();
    try {
      answers
          .getOrDefault(
              Objects.requireNonNull(method.getBareMethodName()), it -> List.of(prototype))
          .apply(request)
          .forEach(out::onNext);
      out.onCompleted();
    } catch (RuntimeException e) {
      out.onError(e);
    }
  }

  private final class Upload implements StreamObserver<Message> {

    private final MethodDescriptor<Message, Message> method;
    private final StreamObserver<Message> out;
    private boolean declared;

    Upload(MethodDescriptor<Message, Message> method, StreamObserver<Message> out) {
      this.method = method;
      this.out = out;
      uploadedBytes.set(0);
    }

    @Override
    public void onNext(Message message) {
      if (!declared) {
        asked.set(message);
        declared = true;
      }
      if (message instanceof UploadFileRequest file) {
        uploadedBytes.addAndGet(file.getChunk().size());
      }
    }

    @Override
    public void onError(Throwable broken) {}

    @Override
    public void onCompleted() {
      answer(method, asked.get(), out);
    }
  }

  private final class CredentialReader implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      credential.set(Credentials.of(headers).orElse(""));
      return next.startCall(call, headers);
    }
  }
}
