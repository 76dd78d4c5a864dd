package io.penstock.inference.evaluation;

/// What the registry did not do for an evaluator.
final class RegistryRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  /// What follows from it.
  enum Meaning {
    /// The run is no longer ours to end.
    LOST,
    /// Asking again would be refused again.
    FINAL,
    /// Asking later may help.
    PASSING
  }

  private final Meaning meaning;

  RegistryRefused(Meaning meaning, String words, Throwable cause) {
    super(words, cause);
    this.meaning = meaning;
  }

  Meaning meaning() {
    return meaning;
  }

  String words() {
    return String.valueOf(getMessage());
  }
}
