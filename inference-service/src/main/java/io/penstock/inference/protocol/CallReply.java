package io.penstock.inference.protocol;

import io.grpc.stub.StreamObserver;
import io.penstock.inference.prediction.PredictionReply;
import io.penstock.proto.oip.ModelInferResponse;

/// The caller of `ModelInfer`, waiting.
record CallReply(StreamObserver<ModelInferResponse> out) implements PredictionReply {

  @Override
  public void answered(ModelInferResponse response) {
    out.onNext(response);
    out.onCompleted();
  }

  @Override
  public void failed(RuntimeException failure) {
    out.onError(failure);
  }
}
