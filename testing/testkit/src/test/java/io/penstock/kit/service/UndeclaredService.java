package io.penstock.kit.service;

import com.google.protobuf.Empty;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;

/// A service whose methods declare no access rule, as a foreign .proto does.
final class UndeclaredService implements BindableService {

  static final String RULED = "foreign.v1.Foreign/Ruled";
  static final String UNRULED = "foreign.v1.Foreign/Unruled";

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder("foreign.v1.Foreign")
        .addMethod(method(RULED), answer())
        .addMethod(method(UNRULED), answer())
        .build();
  }

  static boolean call(Channel channel, String method) {
    var answer =
        ClientCalls.blockingUnaryCall(
            channel, method(method), CallOptions.DEFAULT, Empty.getDefaultInstance());
    return answer.equals(Empty.getDefaultInstance());
  }

  private static io.grpc.ServerCallHandler<Empty, Empty> answer() {
    return ServerCalls.asyncUnaryCall(
        (Empty request, io.grpc.stub.StreamObserver<Empty> out) -> {
          out.onNext(request);
          out.onCompleted();
        });
  }

  private static MethodDescriptor<Empty, Empty> method(String fullName) {
    var marshaller = ProtoUtils.marshaller(Empty.getDefaultInstance());
    return MethodDescriptor.newBuilder(marshaller, marshaller)
        .setType(MethodType.UNARY)
        .setFullMethodName(fullName)
        .build();
  }
}
