package io.penstock.inference.prediction;

/// Who waits for a prediction. Told exactly once, on whatever thread the prediction ends, which it
/// must not hold up.
public interface PredictionReply {

  /// For a shadow copy.
  PredictionReply NOBODY =
      new PredictionReply() {
        @Override
        public void answered(Answer answer) {
          // Nobody waits.
        }

        @Override
        public void failed(RuntimeException failure) {
          // Nobody waits.
        }
      };

  void answered(Answer answer);

  void failed(RuntimeException failure);
}
