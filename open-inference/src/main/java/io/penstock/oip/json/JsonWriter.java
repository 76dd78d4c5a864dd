package io.penstock.oip.json;

import java.nio.charset.StandardCharsets;

/// Writes JSON as UTF-8, without white space. It puts the commas; that objects and arrays match is
/// up to the caller.
public final class JsonWriter {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final ByteSink out;
  private final StringBuilder digits = new StringBuilder(32);
  private boolean first = true;

  /// Appends to a sink.
  public JsonWriter(ByteSink out) {
    this.out = out;
  }

  public JsonWriter beginObject() {
    return open('{');
  }

  public JsonWriter endObject() {
    return close('}');
  }

  public JsonWriter beginArray() {
    return open('[');
  }

  public JsonWriter endArray() {
    return close(']');
  }

  private JsonWriter open(char bracket) {
    comma();
    out.put(bracket);
    first = true;
    return this;
  }

  private JsonWriter close(char bracket) {
    out.put(bracket);
    first = false;
    return this;
  }

  private void comma() {
    if (!first) {
      out.put(',');
    }
    first = false;
  }

  /// The name of the member whose value comes next.
  public JsonWriter name(String name) {
    value(name);
    out.put(':');
    first = true;
    return this;
  }

  /// A string. Half a surrogate pair becomes a question mark, as everywhere in Java.
  public JsonWriter value(String text) {
    comma();
    out.put('"');
    int plain = plainLength(text);
    if (plain == text.length()) {
      out.putAscii(text);
    } else {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      escaped(utf8, 0, utf8.length);
    }
    out.put('"');
    return this;
  }

  /// A string that is UTF-8 already. What is no UTF-8 becomes U+FFFD.
  public JsonWriter utf8(byte[] source, int from, int length) {
    if (!isValid(source, from, from + length)) {
      return value(new String(source, from, length, StandardCharsets.UTF_8));
    }
    comma();
    out.put('"');
    escaped(source, from, from + length);
    out.put('"');
    return this;
  }

  private static boolean isValid(byte[] source, int from, int to) {
    for (int at = from; at < to; ) {
      int length = source[at] >= 0 ? 1 : Utf8.length(source, at, to);
      if (length == 0) {
        return false;
      }
      at += length;
    }
    return true;
  }

  private static int plainLength(String text) {
    int length = 0;
    while (length < text.length() && isPlain(text.charAt(length))) {
      length++;
    }
    return length;
  }

  private static boolean isPlain(int character) {
    return character >= ' ' && character < 0x7F && character != '"' && character != '\\';
  }

  private void escaped(byte[] source, int from, int to) {
    int run = from;
    for (int at = from; at < to; at++) {
      if (source[at] >= 0 && !isPlain(source[at])) {
        out.put(source, run, at - run);
        escape(source[at]);
        run = at + 1;
      }
    }
    out.put(source, run, to - run);
  }

  private void escape(byte character) {
    out.put('\\');
    switch (character) {
      case '"', '\\' -> out.put(character);
      case '\n' -> out.put('n');
      case '\r' -> out.put('r');
      case '\t' -> out.put('t');
      default -> {
        out.putAscii("u00");
        out.put(HEX[character >> 4]);
        out.put(HEX[character & 0xF]);
      }
    }
  }

  public JsonWriter value(boolean value) {
    comma();
    out.putAscii(value ? "true" : "false");
    return this;
  }

  public JsonWriter value(long value) {
    comma();
    if (value >= 0 && value < 10) {
      out.put('0' + (int) value);
    } else {
      digits.setLength(0);
      out.putAscii(digits.append(value));
    }
    return this;
  }

  /// An unsigned integer of 64 bits.
  public JsonWriter unsigned(long value) {
    if (value >= 0) {
      return value(value);
    }
    comma();
    out.putAscii(Long.toUnsignedString(value));
    return this;
  }

  /// The shortest digits that read back as the same float; null for NaN and the infinities, which
  /// have no JSON form.
  public JsonWriter value(float value) {
    if (!Float.isFinite(value)) {
      return nullValue();
    }
    comma();
    digits.setLength(0);
    out.putAscii(digits.append(value));
    return this;
  }

  /// The shortest digits that read back as the same double; null for NaN and the infinities, which
  /// have no JSON form.
  public JsonWriter value(double value) {
    if (!Double.isFinite(value)) {
      return nullValue();
    }
    comma();
    digits.setLength(0);
    out.putAscii(digits.append(value));
    return this;
  }

  public JsonWriter nullValue() {
    comma();
    out.putAscii("null");
    return this;
  }
}
