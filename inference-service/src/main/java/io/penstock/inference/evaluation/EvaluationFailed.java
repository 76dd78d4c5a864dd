package io.penstock.inference.evaluation;

/// Why a version has no predictions, in words for whoever asked for them. Another attempt would end
/// the same way.
final class EvaluationFailed extends Exception {

  private static final long serialVersionUID = 1;

  EvaluationFailed(String words) {
    super(words);
  }

  EvaluationFailed(String words, Throwable cause) {
    super(words, cause);
  }

  String words() {
    return String.valueOf(getMessage());
  }
}
