package io.penstock.inference.infer;

import io.penstock.proto.oip.ModelInferResponse;

/// Who waits for a response. Told exactly once, on whatever thread the prediction ends, which it
/// must not hold up.
public interface InferReply {

  void answered(ModelInferResponse response);

  void failed(RuntimeException failure);
}
