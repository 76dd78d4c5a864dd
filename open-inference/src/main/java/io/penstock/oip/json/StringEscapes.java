package io.penstock.oip.json;

/// What follows a backslash in a JSON string.
final class StringEscapes {

  private static final int MALFORMED = -1;

  private StringEscapes() {}

  /// Appends the character that is escaped at an index.
  ///
  /// @return the index behind the escape; -1 where none is
  static int unescape(byte[] text, int at, int end, ByteSink to) {
    if (end - at < 2) {
      return MALFORMED;
    }
    if (text[at + 1] == 'u') {
      return unicode(text, at, end, to);
    }
    int character = simple(text[at + 1]);
    if (character < 0) {
      return MALFORMED;
    }
    to.put(character);
    return at + 2;
  }

  private static int simple(byte letter) {
    return switch (letter) {
      case '"', '\\', '/' -> letter;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> MALFORMED;
    };
  }

  /// Half of a surrogate pair is no text: there is no UTF-8 for it.
  private static int unicode(byte[] text, int at, int end, ByteSink to) {
    int first = hex(text, at + 2, end);
    if (first < 0 || (first >= 0xDC00 && first <= 0xDFFF)) {
      return MALFORMED;
    }
    if (first < 0xD800 || first > 0xDFFF) {
      Utf8.put(first, to);
      return at + 6;
    }
    boolean paired = end - at >= 12 && text[at + 6] == '\\' && text[at + 7] == 'u';
    int second = paired ? hex(text, at + 8, end) : MALFORMED;
    if (second < 0xDC00 || second > 0xDFFF) {
      return MALFORMED;
    }
    Utf8.put(Character.toCodePoint((char) first, (char) second), to);
    return at + 12;
  }

  private static int hex(byte[] text, int at, int end) {
    if (end - at < 4) {
      return MALFORMED;
    }
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(text[at + i], 16);
      if (digit < 0) {
        return MALFORMED;
      }
      value = (value << 4) | digit;
    }
    return value;
  }
}
