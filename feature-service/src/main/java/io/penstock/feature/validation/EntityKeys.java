package io.penstock.feature.validation;

/// The rule for entity keys, of rows that come in and of rows that are asked for.
public final class EntityKeys {

  /// Long enough for any sensible key, short enough for an index entry.
  public static final int LONGEST = 256;

  /// The rule in words.
  public static final String RULE = "1 to " + LONGEST + " characters, no NUL";

  private EntityKeys() {}

  public static boolean isValid(String key) {
    return !key.isEmpty() && key.length() <= LONGEST && key.indexOf('\0') < 0;
  }
}
