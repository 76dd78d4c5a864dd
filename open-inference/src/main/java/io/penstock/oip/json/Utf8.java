package io.penstock.oip.json;

/// The well-formed sequences of UTF-8 (Unicode 16, table 3-7).
final class Utf8 {

  private Utf8() {}

  /// The length of the sequence of two bytes or more that begins at an index; 0 where none does.
  static int length(byte[] text, int at, int end) {
    int first = text[at] & 0xFF;
    int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || end - at < length || !secondFits(first, text[at + 1] & 0xFF)) {
      return 0;
    }
    for (int i = 2; i < length; i++) {
      if ((text[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  /// Rules out what has a shorter form, the surrogates, and what is beyond Unicode.
  private static boolean secondFits(int first, int second) {
    int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    return second >= least && second <= most;
  }

  /// Appends a code point that is no surrogate.
  static void put(int point, ByteSink to) {
    if (point < 0x80) {
      to.put(point);
      return;
    }
    if (point < 0x800) {
      to.put(0xC0 | (point >> 6));
    } else {
      if (point < 0x10000) {
        to.put(0xE0 | (point >> 12));
      } else {
        to.put(0xF0 | (point >> 18));
        to.put(0x80 | ((point >> 12) & 0x3F));
      }
      to.put(0x80 | ((point >> 6) & 0x3F));
    }
    to.put(0x80 | (point & 0x3F));
  }
}
