package io.penstock.e2e.access;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.penstock.gateway.contract.Rpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A call of any RPC with an empty message, which is valid protobuf for all of them and a sensible
/// request for almost none.
final class EmptyCall {

  private static final long SECONDS = 20;

  private EmptyCall() {}

  /// The code of the first that is heard of the call: OK when an answer comes, whatever follows it.
  static CompletableFuture<Code> of(Rpc rpc, Channel channel) {
    CompletableFuture<Code> first = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call =
        channel.newCall(
            method(rpc), CallOptions.DEFAULT.withDeadlineAfter(SECONDS, TimeUnit.SECONDS));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] answer) {
            first.complete(Code.OK);
            call.cancel("heard enough", null);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            first.complete(status.getCode());
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(new byte[0]);
    call.halfClose();
    return first;
  }

  private static MethodDescriptor<byte[], byte[]> method(Rpc rpc) {
    return MethodDescriptor.<byte[], byte[]>newBuilder(BYTES, BYTES)
        .setFullMethodName(rpc.fullName())
        .setType(type(rpc))
        .build();
  }

  private static MethodType type(Rpc rpc) {
    boolean asks = rpc.method().isClientStreaming();
    boolean answers = rpc.method().isServerStreaming();
    if (asks) {
      return answers ? MethodType.BIDI_STREAMING : MethodType.CLIENT_STREAMING;
    }
    return answers ? MethodType.SERVER_STREAMING : MethodType.UNARY;
  }

  private static final Marshaller<byte[]> BYTES =
      new Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
}
