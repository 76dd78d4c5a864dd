package io.penstock.benchmarks;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.penstock.kit.grpc.Credentials;
import java.io.IOException;
import java.net.ServerSocket;

/// Ways to the servers under measurement.
final class Channels {

  private Channels() {}

  static ManagedChannel plain(String address) {
    return NettyChannelBuilder.forTarget(address).usePlaintext().build();
  }

  /// A way whose answers are dealt with where they come in: a client without threads to hand over
  /// between, which would cost the servers beside it as much as they use themselves.
  static ManagedChannel direct(String address) {
    return NettyChannelBuilder.forTarget(address).usePlaintext().directExecutor().build();
  }

  /// The same way with somebody's token.
  static Channel as(Channel channel, String token) {
    Metadata headers = new Metadata();
    headers.put(Credentials.AUTHORIZATION, Credentials.bearer(token));
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
