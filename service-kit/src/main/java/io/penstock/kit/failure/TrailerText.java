package io.penstock.kit.failure;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What a failure says of a caller's own values, cut to what fits into trailers. Clients take 8 to
/// 10 KiB of them, and one that gets more gives up the whole connection: a name of megabytes in one
/// request would fail everybody's calls.
final class TrailerText {

  // A byte of the message may become three on the wire, one of the details one and a third.
  private static final int MESSAGE = 1_000;
  private static final int FACT = 200;
  private static final int VIOLATIONS = 2_000;
  private static final String ELLIPSIS = "…";

  private TrailerText() {}

  static String cut(String message) {
    return cut(message, MESSAGE);
  }

  /// @param most bytes of UTF-8
  static String cutTo(String message, int most) {
    return cut(message, Math.max(most, MESSAGE));
  }

  static String cutFact(String value) {
    return cut(value, FACT);
  }

  /// The first violations, as many as fit; one is always among them.
  static List<FieldViolation> cut(List<FieldViolation> violations) {
    var fitting = new ArrayList<FieldViolation>();
    int left = VIOLATIONS;
    for (var violation : violations) {
      var one =
          new FieldViolation(cutFact(violation.field()), cut(violation.description(), MESSAGE));
      left -= bytes(one.field()) + bytes(one.description());
      if (left < 0) {
        break;
      }
      fitting.add(one);
    }
    return fitting;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String cut(String text, int most) {
    // No character has fewer bytes than one, so most texts need not be looked at.
    if (text.length() * 3 <= most || bytes(text) <= most) {
      return text;
    }
    int end = 0;
    for (int room = most - bytes(ELLIPSIS); end < text.length(); ) {
      int character = text.codePointAt(end);
      room -= bytes(Character.toString(character));
      if (room < 0) {
        break;
      }
      end += Character.charCount(character);
    }
    return text.substring(0, end) + ELLIPSIS;
  }
}
