package io.penstock.gateway.forward;

import com.google.protobuf.Descriptors;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import io.penstock.gateway.contract.Rpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// What gRPC needs to know of a method that it has no stub for.
final class Methods {

  private Methods() {}

  static MethodType typeOf(Descriptors.MethodDescriptor method) {
    if (method.isClientStreaming()) {
      return method.isServerStreaming() ? MethodType.BIDI_STREAMING : MethodType.CLIENT_STREAMING;
    }
    return method.isServerStreaming() ? MethodType.SERVER_STREAMING : MethodType.UNARY;
  }

  /// The method of an RPC whose messages are passed on unread.
  static MethodDescriptor<byte[], byte[]> forwarded(Rpc rpc) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setFullMethodName(rpc.fullName())
        .setType(typeOf(rpc.method()))
        .setRequestMarshaller(bytes())
        .setResponseMarshaller(bytes())
        .build();
  }

  /// Writes any message; requests are only ever written here.
  static Marshaller<Message> anyMessage() {
    Marshaller<Message> writer = ProtoUtils.marshaller((Message) Empty.getDefaultInstance());
    return new Marshaller<>() {
      @Override
      public InputStream stream(Message value) {
        return writer.stream(value);
      }

      @Override
      public Message parse(InputStream stream) {
        throw new UnsupportedOperationException("requests are written, not read");
      }
    };
  }

  /// Passes messages on as the bytes that they came as.
  static Marshaller<byte[]> bytes() {
    return new Marshaller<>() {
      @Override
      public InputStream stream(byte[] value) {
        return new Bytes(value);
      }

      @Override
      public byte[] parse(InputStream stream) {
        try {
          return stream instanceof KnownLength
              ? stream.readNBytes(stream.available())
              : stream.readAllBytes();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /// Bytes that say how many they are and write themselves in one go; any other stream is copied
  /// through a buffer of its own.
  private static final class Bytes extends ByteArrayInputStream implements KnownLength, Drainable {

    Bytes(byte[] value) {
      super(value);
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      return (int) transferTo(target);
    }
  }
}
