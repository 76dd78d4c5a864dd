package io.penstock.inference.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.BindableService;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.penstock.proto.oip.ModelInferRequest;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The protocol's service with infer requests whose tensors lie in the bytes that arrived: between
/// the socket and the runtime's own memory they are not copied again. gRPC's own way copies each
/// message into a buffer that it reuses, and each tensor out of that.
@Singleton
final class AliasedInferGrpcService implements BindableService {

  private final OpenInferenceGrpcService service;

  AliasedInferGrpcService(OpenInferenceGrpcService service) {
    this.service = service;
  }

  @Override
  public ServerServiceDefinition bindService() {
    var definition = service.bindService();
    List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
    definition.getMethods().forEach(method -> methods.add(aliased(method)));
    var descriptor =
        ServiceDescriptor.newBuilder(definition.getServiceDescriptor().getName())
            .setSchemaDescriptor(definition.getServiceDescriptor().getSchemaDescriptor());
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    var aliased = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(aliased::addMethod);
    return aliased.build();
  }

  @SuppressWarnings("unchecked")
  private static <Q, R> ServerMethodDefinition<Q, R> aliased(ServerMethodDefinition<Q, R> method) {
    var descriptor = method.getMethodDescriptor();
    if (!(descriptor.getRequestMarshaller() instanceof PrototypeMarshaller<Q> usual
        && usual.getMessagePrototype() instanceof ModelInferRequest)) {
      return method;
    }
    // The prototype says that requests are of this type.
    var marshaller =
        (Marshaller<Q>) new AliasingMarshaller((PrototypeMarshaller<ModelInferRequest>) usual);
    return ServerMethodDefinition.create(
        descriptor.toBuilder().setRequestMarshaller(marshaller).build(),
        method.getServerCallHandler());
  }

  /// Reads a message into an array of its own, which its tensors then share.
  private record AliasingMarshaller(PrototypeMarshaller<ModelInferRequest> usual)
      implements PrototypeMarshaller<ModelInferRequest> {

    private static final Parser<ModelInferRequest> PARSER = ModelInferRequest.parser();

    @Override
    public InputStream stream(ModelInferRequest value) {
      return usual.stream(value);
    }

    @Override
    public ModelInferRequest parse(InputStream stream) {
      try {
        var in = UnsafeByteOperations.unsafeWrap(bytes(stream)).newCodedInput();
        in.enableAliasing(true);
        return PARSER.parseFrom(in);
      } catch (InvalidProtocolBufferException e) {
        throw Status.INTERNAL
            .withDescription("no message of the protocol")
            .withCause(e)
            .asRuntimeException();
      } catch (IOException e) {
        throw Status.INTERNAL.withCause(e).asRuntimeException();
      }
    }

    private static byte[] bytes(InputStream stream) throws IOException {
      return stream instanceof KnownLength
          ? stream.readNBytes(stream.available())
          : stream.readAllBytes();
    }

    @Override
    public @Nullable ModelInferRequest getMessagePrototype() {
      return usual.getMessagePrototype();
    }

    @Override
    public Class<ModelInferRequest> getMessageClass() {
      return usual.getMessageClass();
    }
  }
}
