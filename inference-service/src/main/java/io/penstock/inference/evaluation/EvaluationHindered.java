package io.penstock.inference.evaluation;

import org.jspecify.annotations.Nullable;

/// Something around a version kept it from being evaluated: a later attempt, or another server, may
/// have more luck.
final class EvaluationHindered extends Exception {

  private static final long serialVersionUID = 1;

  EvaluationHindered(String words, @Nullable Throwable cause) {
    super(words, cause);
  }

  String words() {
    return String.valueOf(getMessage());
  }
}
