package io.penstock.gateway.forward;

import com.google.protobuf.Message;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.penstock.gateway.contract.Rpc;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.grpc.Peers;
import io.penstock.kit.grpc.TrailerRoom;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Calls the services in the caller's name, each behind a breaker of its own.
@Singleton
public final class Upstreams {

  private final Peers peers;
  private final Breakers breakers;

  Upstreams(Peers peers, Breakers breakers) {
    this.peers = peers;
    this.breakers = breakers;
  }

  /// One call to make: what, with which metadata, within which time.
  ///
  /// @param credentials the caller's own, forwarded as they came
  /// @param prototype an instance of the answer's type
  public record Call(Rpc rpc, Metadata credentials, Duration timeout, Message prototype) {}

  /// Calls a unary RPC.
  ///
  /// @throws StatusRuntimeException as the service answered
  /// @throws FailureException `SERVICE_UNAVAILABLE` where there was no answer
  public Message unary(Call call, Message request) {
    return guarded(
        call,
        channel -> ClientCalls.blockingUnaryCall(channel, method(call), options(call), request));
  }

  /// Calls a server-streaming RPC; the answer is pulled as it is read.
  public Answers serverStreaming(Call call, Message request) {
    return guarded(
        call,
        channel ->
            Answers.of(
                () ->
                    ClientCalls.blockingServerStreamingCall(
                        channel, method(call), options(call), request)));
  }

  /// Calls a client-streaming RPC with a sequence of messages; no more are taken than the service
  /// has room for.
  public Message clientStreaming(Call call, Iterator<Message> requests) {
    return guarded(
        call,
        channel -> BlockingUpload.send(channel.newCall(method(call), options(call)), requests));
  }

  private <T> T guarded(Call call, Function<Channel, T> work) {
    String peer = call.rpc().peer();
    CircuitBreaker breaker = breakers.of(peer);
    Metadata headers = new Metadata();
    headers.merge(call.credentials());
    // A body has room for what a trailer has not.
    TrailerRoom.ask(headers);
    Channel channel =
        ClientInterceptors.intercept(
            peers.bareChannel(peer), MetadataUtils.newAttachHeadersInterceptor(headers));
    try {
      return breaker.executeSupplier(() -> work.apply(channel));
    } catch (CallNotPermittedException open) {
      throw Breakers.isOpen(peer);
    } catch (StatusRuntimeException e) {
      throw Breakers.isUnreachable(e) ? Breakers.unreachable(peer, e.getStatus()) : e;
    }
  }

  private static CallOptions options(Call call) {
    return CallOptions.DEFAULT.withDeadlineAfter(call.timeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  private static MethodDescriptor<Message, Message> method(Call call) {
    var method = call.rpc().method();
    return MethodDescriptor.<Message, Message>newBuilder()
        .setFullMethodName(call.rpc().fullName())
        .setType(Methods.typeOf(method))
        .setRequestMarshaller(Methods.anyMessage())
        .setResponseMarshaller(ProtoUtils.marshaller(call.prototype()))
        .build();
  }
}
