package io.penstock.gateway.oip;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.penstock.gateway.GatewayConfig;
import io.penstock.gateway.contract.Routes.Match;
import io.penstock.gateway.contract.Rpc;
import io.penstock.gateway.rest.Dialect;
import io.penstock.gateway.rest.RestRequest;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.oip.Compression;
import io.penstock.oip.ErrorBodies;
import io.penstock.oip.Headers;
import io.penstock.oip.HttpBody;
import io.penstock.oip.InferRequests;
import io.penstock.oip.InferResponses;
import io.penstock.oip.InferTarget;
import io.penstock.oip.message.ProtocolCall;
import io.penstock.oip.message.ProtocolRoutes;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.OpenInference;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Objects;

/// The REST side of the Open Inference Protocol: tensors in JSON or binary, names as in the
/// protocol, errors as `{"error": …}`.
///
/// Predictions come this way only when [InferHandler] leaves them to it; it does the same, slower.
@Singleton
final class InferenceDialect implements Dialect {

  private static final String INFER =
      GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName();

  private final ProtocolRoutes routes =
      new ProtocolRoutes(
          Objects.requireNonNull(
              OpenInference.getDescriptor().findServiceByName("GRPCInferenceService")));
  private final GatewayConfig config;
  private final RawInputs rawInputs;

  InferenceDialect(GatewayConfig config, RawInputs rawInputs) {
    this.config = config;
    this.rawInputs = rawInputs;
  }

  @Override
  public boolean speaksAt(String path) {
    return path.equals("/v2") || path.startsWith("/v2/");
  }

  @Override
  public Message request(Match match, RestRequest request) {
    Headers headers = request.headers()::get;
    byte[] body = Compression.inflated(request.body(), headers, config.maxBodySize());
    if (!isInfer(match.rpc())) {
      DynamicMessage.Builder message =
          DynamicMessage.newBuilder(match.rpc().method().getInputType());
      return call(request).request(message, body);
    }
    InferTarget target =
        InferTarget.find(request.verb(), withoutSlash(request.path()))
            .orElseThrow(() -> new IllegalStateException("no infer path: " + request.path()));
    return InferRequests.isRaw(headers)
        ? InferRequests.readRaw(target, body, rawInputs.metadata(target, request))
        : InferRequests.read(target, body, headers);
  }

  /// The routes let a path end with a slash.
  private static String withoutSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private ProtocolCall call(RestRequest request) {
    return routes
        .find(request.verb(), request.path())
        .orElseThrow(() -> new IllegalStateException("no route of ours: " + request.path()));
  }

  @Override
  public Message responsePrototype(Rpc rpc) {
    return isInfer(rpc)
        ? ModelInferResponse.getDefaultInstance()
        : DynamicMessage.getDefaultInstance(rpc.method().getOutputType());
  }

  @Override
  public Answer answer(Match match, RestRequest request, Message message, Message response) {
    if (response instanceof ModelInferResponse inferred) {
      return written(200, InferResponses.write(inferred, (ModelInferRequest) message));
    }
    ProtocolCall call = call(request);
    return written(call.status(response), call.answer(response));
  }

  @Override
  public Answer failure(int status, FailureStatus failure, String traceId) {
    return written(status, ErrorBodies.write(failure, traceId));
  }

  private static Answer written(int status, HttpBody body) {
    Map<String, String> headers =
        body.isBinary()
            ? Map.of(Headers.JSON_LENGTH, Integer.toString(body.jsonLength()))
            : Map.of();
    return new Answer(status, body.contentType(), headers, body.bytes());
  }

  private static boolean isInfer(Rpc rpc) {
    return rpc.fullName().equals(INFER);
  }
}
