package io.penstock.oip.json;

import java.nio.charset.StandardCharsets;

/// Reads a JSON text (RFC 8259, nothing more lenient) in one pass, value by value.
///
/// An object is read by `if (in.beginObject()) do { in.name(); … } while (in.moreMembers());`, an
/// array likewise. Everything that is not as it should be throws [MalformedJson].
public final class JsonReader {

  /// Deeper texts are refused, because they are attacks on somebody's stack.
  private static final int MOST_DEPTH = 64;

  private final byte[] text;
  private final int end;
  private final JsonNumber number = new JsonNumber();
  private int at;

  /// Reads a part of an array: UTF-8.
  public JsonReader(byte[] text, int from, int to) {
    this.text = text;
    this.at = from;
    this.end = to;
  }

  /// The index of the next byte.
  public int position() {
    return at;
  }

  /// Goes to a place that [#position] gave.
  public void seek(int position) {
    at = position;
  }

  /// Bytes left, white space included.
  public int remaining() {
    return end - at;
  }

  /// The first byte of the next token, which is not taken; -1 at the end.
  public int peek() {
    while (at < end) {
      byte next = text[at];
      if (next > ' ') {
        return next;
      }
      if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
        return next & 0xFF;
      }
      at++;
    }
    return -1;
  }

  private boolean take(char token) {
    if (peek() != token) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char token) {
    if (!take(token)) {
      throw problem("%s (expected: %s)".formatted(kind(), token));
    }
  }

  /// Takes the beginning of an object, and its end where it is empty. Whether there are members.
  public boolean beginObject() {
    if (peek() != '{') {
      throw problem(kind() + " (expected: an object)");
    }
    at++;
    return !take('}');
  }

  /// Takes the comma before a further member, or the end of the object.
  public boolean moreMembers() {
    if (take(',')) {
      return true;
    }
    expect('}');
    return false;
  }

  /// Takes the beginning of an array, and its end where it is empty. Whether there are items.
  public boolean beginArray() {
    if (peek() != '[') {
      throw problem(kind() + " (expected: an array)");
    }
    at++;
    return !take(']');
  }

  /// Takes the comma before a further item, or the end of the array.
  public boolean moreItems() {
    if (take(',')) {
      return true;
    }
    expect(']');
    return false;
  }

  /// The name of a member, with its colon.
  public String name() {
    String name = string();
    expect(':');
    return name;
  }

  /// Nothing but white space may follow.
  public void end() {
    if (peek() >= 0) {
      throw problem("more than one JSON value");
    }
  }

  /// A string.
  public String string() {
    openString();
    int from = at;
    int to = plainEnd(from);
    if (to < end && text[to] == '"') {
      at = to + 1;
      return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }
    ByteSink unescaped = new ByteSink(to - from + 32);
    closeString(unescaped);
    return new String(unescaped.toByteArray(), StandardCharsets.UTF_8);
  }

  /// A string, appended as UTF-8.
  public void string(ByteSink to) {
    openString();
    closeString(to);
  }

  private void openString() {
    if (peek() != '"') {
      throw problem(kind() + " (expected: a string)");
    }
    at++;
  }

  private void closeString(ByteSink to) {
    while (true) {
      int from = at;
      at = plainEnd(from);
      to.put(text, from, at - from);
      if (at >= end) {
        throw problem("the text ends within a string");
      }
      byte next = text[at];
      if (next == '"') {
        at++;
        return;
      }
      if (next == '\\') {
        int behind = StringEscapes.unescape(text, at, end, to);
        requireValid(behind > 0, "no escape of JSON, or half of a surrogate pair");
        at = behind;
      } else {
        int length = next < 0 ? Utf8.length(text, at, end) : 0;
        requireValid(length > 0, next < 0 ? "no UTF-8" : "a control character in a string");
        to.put(text, at, length);
        at += length;
      }
    }
  }

  private void requireValid(boolean valid, String otherwise) {
    if (!valid) {
      throw problem(otherwise);
    }
  }

  /// The first index whose byte is not simply itself: a quote, an escape, a control character, or
  /// no ASCII.
  private int plainEnd(int from) {
    int index = from;
    while (index < end) {
      byte next = text[index];
      if (next < ' ' || next == '"' || next == '\\') {
        break;
      }
      index++;
    }
    return index;
  }

  /// A number, until the next one is read.
  public JsonNumber number() {
    int next = peek();
    if (next != '-' && (next < '0' || next > '9')) {
      throw problem(kind() + " (expected: a number)");
    }
    int behind = number.scan(text, at, end);
    if (behind < 0) {
      throw problem("no number of JSON");
    }
    at = behind;
    return number;
  }

  /// Whether a number comes next.
  public boolean isNumber() {
    int next = peek();
    return next == '-' || (next >= '0' && next <= '9');
  }

  /// Whether `true` or `false` comes next.
  public boolean isBoolean() {
    int next = peek();
    return next == 't' || next == 'f';
  }

  /// `true` or `false`.
  public boolean bool() {
    if (takeWord("true")) {
      return true;
    }
    if (takeWord("false")) {
      return false;
    }
    throw problem(kind() + " (expected: true or false)");
  }

  /// Takes `null`, if it comes next.
  public boolean takeNull() {
    return takeWord("null");
  }

  private boolean takeWord(String word) {
    if (peek() != word.charAt(0) || end - at < word.length()) {
      return false;
    }
    for (int i = 1; i < word.length(); i++) {
      if (text[at + i] != word.charAt(i)) {
        throw problem("no JSON");
      }
    }
    at += word.length();
    return true;
  }

  /// Takes any value.
  public void skip() {
    skip(0);
  }

  private void skip(int depth) {
    requireValid(depth < MOST_DEPTH, "nested too deep");
    switch (peek()) {
      case '{' -> {
        if (beginObject()) {
          do {
            name();
            skip(depth + 1);
          } while (moreMembers());
        }
      }
      case '[' -> {
        if (beginArray()) {
          do {
            skip(depth + 1);
          } while (moreItems());
        }
      }
      case '"' -> string();
      case 't', 'f' -> bool();
      case 'n' -> requireValid(takeNull(), "no JSON");
      default -> number();
    }
  }

  /// The next value in words, for messages.
  public String kind() {
    int next = peek();
    return switch (next) {
      case '{' -> "an object";
      case '[' -> "an array";
      case '"' -> "a string";
      case 't', 'f' -> "a boolean";
      case 'n' -> "null";
      case -1 -> "the end of the text";
      default ->
          isNumber()
              ? "a number"
              : next > ' ' && next < 0x7F ? "'" + (char) next + "'" : "byte " + next;
    };
  }

  /// What is wrong at the next byte.
  public MalformedJson problem(String words) {
    return new MalformedJson(words, at);
  }
}
