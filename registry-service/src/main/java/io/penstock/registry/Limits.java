package io.penstock.registry;

import io.penstock.kit.failure.InvalidArguments;
import java.util.Map;
import java.util.regex.Pattern;

/// How long texts, keys and maps may be. Each check names the field and what it expected.
public final class Limits {

  public static final int DESCRIPTION = 10_000;
  public static final int COMMENT = 2_000;
  public static final int KEY = 250;
  public static final int VALUE = 6_000;
  public static final int ENTRIES = 1_000;

  private static final Pattern CHOSEN_ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  private Limits() {}

  /// An id that a caller chose for a new resource.
  public static void chosenId(InvalidArguments problems, String field, String id) {
    problems.addIf(
        !CHOSEN_ID.matcher(id).matches(),
        field,
        "was '%s', expected %s".formatted(clip(id), CHOSEN_ID.pattern()));
  }

  /// PostgreSQL stores any text but NUL.
  public static void text(InvalidArguments problems, String field, String text, int longest) {
    problems.addIf(
        text.length() > longest,
        field,
        "has %d characters, expected at most %d".formatted(text.length(), longest));
    problems.addIf(text.indexOf('\0') >= 0, field, "holds a NUL character");
  }

  public static void entries(InvalidArguments problems, String field, Map<String, String> map) {
    count(problems, field, map.size());
    map.forEach(
        (key, value) -> {
          key(problems, field + "." + clip(key), key);
          text(problems, field + "." + clip(key), value, VALUE);
        });
  }

  public static void count(InvalidArguments problems, String field, int count) {
    problems.addIf(
        count > ENTRIES, field, "has %d entries, expected at most %d".formatted(count, ENTRIES));
  }

  public static void key(InvalidArguments problems, String field, String key) {
    problems.addIf(key.isBlank(), field, "has an empty key");
    text(problems, field, key, KEY);
  }

  private static String clip(String text) {
    var plain = text.replace('\0', '?');
    return plain.length() <= 80 ? plain : plain.substring(0, 80) + "…";
  }
}
