package io.penstock.demo.suite;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// The gateway, asked by somebody: over gRPC by [#as], over REST by [#rest].
public final class Suite implements AutoCloseable {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;
  private final Tokens tokens;
  private final URI gateway;
  private final Rest rest;

  private Suite(URI gateway, ManagedChannel channel, Tokens tokens) {
    this.gateway = gateway;
    this.channel = channel;
    this.tokens = tokens;
    this.rest = new Rest(gateway, tokens);
  }

  /// @param grpc `host:port`
  /// @param tokens folder with one token file a person
  public static Suite at(URI gateway, String grpc, Path tokens) {
    ManagedChannel channel =
        Grpc.newChannelBuilder(grpc, InsecureChannelCredentials.create())
            .intercept(new Deadlines())
            .build();
    return new Suite(gateway, channel, Tokens.in(tokens));
  }

  /// A stub that calls in a person's name.
  public <S extends AbstractStub<S>> S as(Person person, Function<Channel, S> stub) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, tokens.bearer(person));
    return stub.apply(channel).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  public Rest rest() {
    return rest;
  }

  /// Address of the REST side.
  public URI gateway() {
    return gateway;
  }

  @Override
  public void close() {
    rest.close();
    channel.shutdownNow();
  }

  /// Gives every call a deadline: a demo that hangs shows nothing.
  private static final class Deadlines implements ClientInterceptor {

    private static final long UNARY_SECONDS = 15;
    private static final long STREAM_SECONDS = 120;

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      long seconds = method.getType() == MethodType.UNARY ? UNARY_SECONDS : STREAM_SECONDS;
      return next.newCall(method, options.withDeadlineAfter(seconds, TimeUnit.SECONDS));
    }
  }
}
