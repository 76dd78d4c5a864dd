package io.penstock.inference.prediction;

import io.penstock.proto.oip.ModelInferResponse;

/// Who waits for a prediction. Told exactly once, on whatever thread the prediction ends, which it must not hold up.
public interface PredictionReply {

  /// For a shadow copy.
  PredictionReply NOBODY =
      new PredictionReply() {
        @Override
        public void answered(ModelInferResponse response) {
          // Nobody waits.
        }

        @Override
        public void failed(RuntimeException failure) {
          // Nobody waits.
        }
      };

  void answered(ModelInferResponse response);

  void failed(RuntimeException failure);
}
