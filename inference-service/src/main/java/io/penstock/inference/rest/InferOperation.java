package io.penstock.inference.rest;

import com.google.protobuf.Message;
import io.grpc.ServerMethodDefinition;
import io.penstock.oip.Compression;
import io.penstock.oip.InferRequests;
import io.penstock.oip.InferResponses;
import io.penstock.oip.InferTarget;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelMetadataResponse;
import java.util.function.Function;

/// A call of `ModelInfer`.
final class InferOperation implements RestOperation {

  private final ServerMethodDefinition<?, ?> method;
  private final InferTarget target;
  private final RestRequest request;
  private final int maxBodySize;
  private final Function<InferTarget, ModelMetadataResponse> metadata;

  /// How the request was read, which says how the answer is written.
  private ModelInferRequest message = ModelInferRequest.getDefaultInstance();

  /// @param metadata of a model, for requests that are one raw tensor
  InferOperation(
      ServerMethodDefinition<?, ?> method,
      InferTarget target,
      RestRequest request,
      int maxBodySize,
      Function<InferTarget, ModelMetadataResponse> metadata) {
    this.method = method;
    this.target = target;
    this.request = request;
    this.maxBodySize = maxBodySize;
    this.metadata = metadata;
  }

  @Override
  public ServerMethodDefinition<?, ?> method() {
    return method;
  }

  @Override
  public RestRequest request() {
    return request;
  }

  @Override
  public Message read() {
    var headers = request.headers();
    byte[] body = Compression.inflated(request.body(), headers, maxBodySize);
    message =
        InferRequests.isRaw(headers)
            ? InferRequests.readRaw(target, body, metadata.apply(target))
            : InferRequests.read(target, body, headers);
    return message;
  }

  @Override
  public RestAnswer answer(Message response) {
    return RestAnswer.of(
        200, InferResponses.write((ModelInferResponse) response, message), request.headers());
  }
}
