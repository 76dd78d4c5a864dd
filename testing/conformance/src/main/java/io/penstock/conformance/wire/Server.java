package io.penstock.conformance.wire;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.penstock.proto.oip.ModelInferRequest;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The server that is asked, over whatever it offers.
public final class Server implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 60;
  private static final int LARGE = 256 << 20;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final @Nullable ManagedChannel channel;
  private final @Nullable Rest rest;
  private final String token;
  private volatile String sent = "";
  private volatile String received = "";

  private Server(@Nullable ManagedChannel channel, @Nullable URI http, String token) {
    this.channel = channel;
    this.rest =
        http == null ? null : new Rest(http, token, this::note, answer -> received = answer);
    this.token = token;
  }

  /// @param grpc `host:port`; null where there is no gRPC
  /// @param http `http://host:port`; null where there is no REST
  /// @param token sent as bearer token; empty for none
  public static Server at(@Nullable String grpc, @Nullable URI http, String token) {
    var channel =
        grpc == null
            ? null
            : Grpc.newChannelBuilder(grpc, InsecureChannelCredentials.create())
                .maxInboundMessageSize(LARGE)
                .build();
    return new Server(channel, http, token);
  }

  public boolean offers(Transport transport) {
    return transport == Transport.GRPC ? channel != null : rest != null;
  }

  public Channel channel() {
    if (channel == null) {
      throw new IllegalStateException("no gRPC address was given");
    }
    if (token.isEmpty()) {
      return channel;
    }
    var headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + token);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /// A stub whose calls end in a minute at the latest.
  public GRPCInferenceServiceBlockingStub grpc() {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel())
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  public Rest rest() {
    if (rest == null) {
      throw new IllegalStateException("no HTTP address was given");
    }
    return rest;
  }

  /// Writes a call in a form, sends it, and reads the answer.
  public InferReply infer(InferCall call, Encoding encoding) {
    return encoding.transport() == Transport.GRPC
        ? infer(GrpcInference.request(call, encoding == Encoding.GRPC_RAW).build(), call.toString())
        : post(call, encoding);
  }

  public InferReply infer(ModelInferRequest request) {
    return infer(request, request.toString());
  }

  private InferReply infer(ModelInferRequest request, String description) {
    note(description);
    try {
      return GrpcInference.answer(grpc().modelInfer(request));
    } catch (StatusRuntimeException e) {
      return GrpcInference.refusal(e);
    }
  }

  private InferReply post(InferCall call, Encoding encoding) {
    var body = RestInference.body(call, encoding);
    return encoding == Encoding.REST_BINARY
        ? binary(RestInference.path(call), body, String.valueOf(body.headerLength()))
        : RestInference.reply(rest().post(RestInference.path(call), body.header()));
  }

  /// Sends JSON and bytes behind it.
  ///
  /// @param headerLength what the header says of the JSON's length, right or wrong
  public InferReply binary(String path, RestInference.Body body, String headerLength) {
    var headers =
        Map.of(
            "Content-Type", "application/octet-stream", RestInference.HEADER_LENGTH, headerLength);
    return RestInference.reply(rest().send("POST", path, headers, body.bytes()));
  }

  /// Keeps what is sent, for the report of a case that fails.
  public void note(String what) {
    sent = what;
    received = "";
  }

  public String sent() {
    return sent;
  }

  /// What came back over HTTP; empty where nothing did.
  public String received() {
    return received;
  }

  @Override
  public void close() {
    if (channel != null) {
      channel.shutdownNow();
    }
  }
}
