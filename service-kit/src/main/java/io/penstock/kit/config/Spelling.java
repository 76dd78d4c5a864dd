package io.penstock.kit.config;

/// How far two words are apart.
final class Spelling {

  private Spelling() {}

  /// Letters to insert, delete or replace to get from one to the other (Levenshtein).
  static int distance(String one, String other) {
    var previous = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      previous = row(one.charAt(i - 1), i, other, previous);
    }
    return previous[other.length()];
  }

  private static int[] row(char letter, int number, String other, int[] previous) {
    var row = new int[other.length() + 1];
    row[0] = number;
    for (int j = 1; j <= other.length(); j++) {
      int replaced = previous[j - 1] + (letter == other.charAt(j - 1) ? 0 : 1);
      row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], previous[j]));
    }
    return row;
  }
}
