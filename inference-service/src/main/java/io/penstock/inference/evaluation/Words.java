package io.penstock.inference.evaluation;

/// Words of others in words of ours.
final class Words {

  private static final int FIELD = 80;
  // What the registry takes as the reason of a failure.
  private static final int REASON = 2_000;

  private Words() {}

  /// A field of a file.
  static String clipped(String field) {
    return clipped(field, FIELD);
  }

  /// What the registry is told.
  static String reason(String words) {
    return clipped(words.replace('\0', '?'), REASON);
  }

  private static String clipped(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }
}
