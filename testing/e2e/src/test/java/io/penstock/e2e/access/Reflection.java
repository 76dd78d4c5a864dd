package io.penstock.e2e.access;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A client that knows nothing of Penstock: it asks a server what it serves, and calls that.
final class Reflection {

  private final Channel channel;
  private final Map<String, FileDescriptorProto> files = new HashMap<>();
  private final Map<String, FileDescriptor> linked = new HashMap<>();

  Reflection(Channel channel) {
    this.channel = channel;
  }

  List<String> services() {
    return ask(ServerReflectionRequest.newBuilder().setListServices("*").build())
        .getListServicesResponse()
        .getServiceList()
        .stream()
        .map(service -> service.getName())
        .toList();
  }

  /// @param method `penstock.registry.v1.ModelService/ListModels`
  MethodDescriptor method(String method) {
    int slash = method.indexOf('/');
    ServiceDescriptor service = service(method.substring(0, slash));
    return service.findMethodByName(method.substring(slash + 1));
  }

  /// Calls a unary method; the caller's credential is the channel's affair.
  static DynamicMessage call(Channel channel, MethodDescriptor method, DynamicMessage request) {
    var grpc =
        io.grpc.MethodDescriptor.newBuilder(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())),
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
            .setType(MethodType.UNARY)
            .setFullMethodName(method.getService().getFullName() + "/" + method.getName())
            .build();
    return ClientCalls.blockingUnaryCall(channel, grpc, CallOptions.DEFAULT, request);
  }

  private ServiceDescriptor service(String name) {
    var answer =
        ask(ServerReflectionRequest.newBuilder().setFileContainingSymbol(name).build())
            .getFileDescriptorResponse();
    answer.getFileDescriptorProtoList().forEach(this::remember);
    for (FileDescriptorProto file : List.copyOf(files.values())) {
      var found = link(file.getName()).findServiceByName(name.substring(name.lastIndexOf('.') + 1));
      if (found != null && found.getFullName().equals(name)) {
        return found;
      }
    }
    throw new AssertionError("reflection does not know " + name);
  }

  private FileDescriptor link(String name) {
    FileDescriptor known = linked.get(name);
    if (known != null) {
      return known;
    }
    FileDescriptorProto file = file(name);
    FileDescriptor[] imports =
        file.getDependencyList().stream().map(this::link).toArray(FileDescriptor[]::new);
    try {
      FileDescriptor built = FileDescriptor.buildFrom(file, imports);
      linked.put(name, built);
      return built;
    } catch (DescriptorValidationException e) {
      throw new AssertionError(name + " does not link", e);
    }
  }

  private FileDescriptorProto file(String name) {
    if (!files.containsKey(name)) {
      ask(ServerReflectionRequest.newBuilder().setFileByFilename(name).build())
          .getFileDescriptorResponse()
          .getFileDescriptorProtoList()
          .forEach(this::remember);
    }
    return Objects.requireNonNull(files.get(name), name);
  }

  private void remember(ByteString bytes) {
    try {
      FileDescriptorProto file = FileDescriptorProto.parseFrom(bytes);
      files.put(file.getName(), file);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("reflection sent no descriptor", e);
    }
  }

  private ServerReflectionResponse ask(ServerReflectionRequest question) {
    BlockingClientCall<ServerReflectionRequest, ServerReflectionResponse> call =
        ServerReflectionGrpc.newBlockingV2Stub(channel).serverReflectionInfo();
    try {
      call.write(question);
      ServerReflectionResponse answer = call.read();
      call.halfClose();
      if (answer == null || answer.hasErrorResponse()) {
        throw new AssertionError(question + " was answered by " + answer);
      }
      return answer;
    } catch (Exception e) {
      throw new AssertionError(question.toString(), e);
    }
  }
}
