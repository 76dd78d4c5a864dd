package io.penstock.registry.registered;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/// Ids made of names: the name itself where it could be one, else what of it could, with a few
/// digits that tell such names apart.
final class ModelSlug {

  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern OTHERS = Pattern.compile("[^a-z0-9]+");
  private static final int LONGEST = 50;

  private ModelSlug() {}

  /// The id to try.
  ///
  /// @param attempt 0 first, then higher until one is free
  static String of(String name, int attempt) {
    if (attempt == 0 && ID.matcher(name).matches()) {
      return name;
    }
    var readable = OTHERS.matcher(withoutMarks(name)).replaceAll("-");
    var trimmed = strip(readable.substring(0, Math.min(LONGEST, readable.length())));
    return (trimmed.isEmpty() ? "model" : trimmed) + "-" + digits(name, attempt);
  }

  // `Verspätung` is `verspatung`, not `verspa-tung`.
  private static String withoutMarks(String name) {
    var taken = Normalizer.normalize(name, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
    return MARKS.matcher(taken).replaceAll("");
  }

  private static String strip(String text) {
    return text.replaceAll("^-+|-+$", "");
  }

  private static String digits(String name, int attempt) {
    var seed = (name + "\0" + attempt).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(seed).toString().substring(0, 8);
  }
}
