package io.penstock.inference.rest;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.penstock.oip.Compression;
import io.penstock.oip.message.ProtocolCall;

/// A call of any RPC of the protocol but `ModelInfer`.
///
/// @param maxBodySize the bound on a body once it is inflated
record ProtocolOperation(
    ServerMethodDefinition<?, ?> method, ProtocolCall call, RestRequest request, int maxBodySize)
    implements RestOperation {

  @Override
  public Message read() {
    var marshaller = (PrototypeMarshaller<?>) method.getMethodDescriptor().getRequestMarshaller();
    if (!(marshaller.getMessagePrototype() instanceof Message prototype)) {
      throw new IllegalStateException(call.fullMethodName() + " takes no message");
    }
    byte[] body = Compression.inflated(request.body(), request.headers(), maxBodySize);
    return call.request(prototype.newBuilderForType(), body);
  }

  @Override
  public RestAnswer answer(Message response) {
    return RestAnswer.of(call.status(response), call.answer(response), request.headers());
  }
}
