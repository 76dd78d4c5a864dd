package io.penstock.inference.infer;

import io.penstock.inference.prediction.Answer;
import io.penstock.inference.prediction.Prediction;
import io.penstock.inference.prediction.PredictionReply;
import io.penstock.inference.prediction.Predictions;
import io.penstock.inference.sharedmemory.SharedMemory;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import jakarta.inject.Singleton;

/// Takes requests of the protocol in, from whatever transport.
@Singleton
public final class InferCalls {

  private final Predictions predictions;
  private final SharedMemory memory;

  InferCalls(Predictions predictions, SharedMemory memory) {
    this.predictions = predictions;
    this.memory = memory;
  }

  /// Starts a prediction for the call that the current thread handles, and returns at once. Throws
  /// where the request does not even reach a version; after that the reply hears of it.
  public Prediction start(ModelInferRequest request, InferReply reply) {
    var inputs = SharedInputProtos.of(request, memory);
    var outputs = OutputWishProtos.of(request, memory);
    return predictions.start(
        InferRequestProtos.fromProto(request, inputs),
        new Replying(request, inputs.isShared(), outputs, reply));
  }

  private record Replying(
      ModelInferRequest request, boolean raw, OutputWishProtos outputs, InferReply reply)
      implements PredictionReply {

    @Override
    public void answered(Answer answer) {
      ModelInferResponse response;
      try {
        response = InferResponseProtos.toProto(answer, request, raw, outputs);
      } catch (RuntimeException e) {
        reply.failed(e);
        return;
      }
      reply.answered(response);
    }

    @Override
    public void failed(RuntimeException failure) {
      reply.failed(failure);
    }
  }
}
