package io.penstock.registry;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a text becomes for whoever decodes it: once, or as often as others further on will.
/// Published path traversals came in by texts that were checked before they were decoded, so every
/// form is looked at, until decoding changes nothing any more.
public final class Decodings {

  private static final Pattern ESCAPE = Pattern.compile("%(?:u00)?([0-9A-Fa-f]{2})");
  // Two or three bytes for what is one byte of ASCII: no UTF-8, but some decoders take it.
  private static final Pattern OVERLONG =
      Pattern.compile("%(c[01]|e0%[89])", Pattern.CASE_INSENSITIVE);

  private Decodings() {}

  /// The first problem of any form of the text, in words that follow its name.
  ///
  /// @param problem that one form has
  public static Optional<String> problem(String text, Function<String, Optional<String>> problem) {
    var found = problemOfOne(text, problem);
    for (var form = text; found.isEmpty(); ) {
      var further = decode(form);
      if (further.equals(form)) {
        return Optional.empty();
      }
      found = problemOfOne(further, problem).map("decoded once more, "::concat);
      form = further;
    }
    return found;
  }

  private static Optional<String> problemOfOne(
      String text, Function<String, Optional<String>> problem) {
    return OVERLONG.matcher(text).find()
        ? Optional.of("holds an escape that is no UTF-8")
        : problem.apply(text);
  }

  // What is no escape stays as it is, and a plus is a plus. What lies beyond ASCII is no danger, so
  // that each byte may stand for itself.
  private static String decode(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(
            escape ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(escape.group(1), 16))));
  }
}
