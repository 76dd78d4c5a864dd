package io.penstock.benchmarks;

import com.google.protobuf.Empty;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import java.io.IOException;

/// A bare grpc-java server whose one RPC does nothing: what a call costs before anybody does
/// anything.
final class EmptyServer {

  static final MethodDescriptor<Empty, Empty> METHOD =
      MethodDescriptor.<Empty, Empty>newBuilder()
          .setType(MethodType.UNARY)
          .setFullMethodName("benchmark.Empty/Call")
          .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .build();

  private EmptyServer() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    NettyServerBuilder.forPort(Integer.parseInt(args[0]))
        .directExecutor()
        .addService(
            ServerServiceDefinition.builder("benchmark.Empty")
                .addMethod(
                    METHOD,
                    ServerCalls.asyncUnaryCall(
                        (_, out) -> {
                          out.onNext(Empty.getDefaultInstance());
                          out.onCompleted();
                        }))
                .build())
        .build()
        .start()
        .awaitTermination();
  }
}
