package io.penstock.gateway.mlflow;

import io.penstock.gateway.GatewayFailure.MalformedRequest;
import io.penstock.kit.failure.FailureException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Walks through JSON in UTF-8 without building a tree of it. As strict as Python's reader, whose
/// bare words `NaN`, `Infinity` and `-Infinity` are numbers here too.
///
/// The walk is the caller's: at a container [#enter] it, and as long as there is [#more] read what
/// comes [#next].
final class JsonCursor {

  /// What comes next.
  enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    TRUE,
    FALSE,
    NULL
  }

  /// Deeper than any request of the API, and shallow enough for the stack.
  private static final int MOST_DEEP = 64;

  private final byte[] text;

  /// The brackets that close what was entered.
  private final byte[] closing = new byte[MOST_DEEP];

  private int depth;

  /// Whether the container was entered just now, so that no comma is due.
  private boolean fresh;

  private int at;

  JsonCursor(byte[] text) {
    this.text = text;
  }

  /// Whether nothing but white space is left.
  boolean isAtEnd() {
    skipSpace();
    return at == text.length;
  }

  /// Where the next value begins.
  int position() {
    skipSpace();
    return at;
  }

  /// The text between two positions, white space at its end left out.
  String slice(int from, int to) {
    return new String(text, from, to - from, StandardCharsets.UTF_8).stripTrailing();
  }

  Kind next() {
    skipSpace();
    return switch (peek()) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.ARRAY;
      case '"' -> Kind.STRING;
      case 't' -> Kind.TRUE;
      case 'f' -> Kind.FALSE;
      case 'n' -> Kind.NULL;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'N', 'I' -> Kind.NUMBER;
      default -> throw malformed("a value");
    };
  }

  /// Goes into the object or array that comes next.
  void enter() {
    skipSpace();
    if (depth == MOST_DEEP) {
      throw malformed("at most %d levels".formatted(MOST_DEEP));
    }
    closing[depth++] = text[at++] == '{' ? (byte) '}' : (byte) ']';
    fresh = true;
  }

  /// Whether another element comes in the container; leaves it where none does.
  boolean more() {
    skipSpace();
    if (peek() == closing[depth - 1]) {
      at++;
      depth--;
      fresh = false;
      return false;
    }
    if (!fresh) {
      expect(',');
    }
    fresh = false;
    return true;
  }

  /// The name before a value.
  String name() {
    skipSpace();
    String name = string();
    skipSpace();
    expect(':');
    return name;
  }

  String string() {
    expect('"');
    int from = at;
    while (isPlain(peek())) {
      at++;
    }
    if (text[at] == '"') {
      return new String(text, from, at++ - from, StandardCharsets.ISO_8859_1);
    }
    return withEscapes(from);
  }

  // One byte is one character, and it is what it seems.
  private static boolean isPlain(int octet) {
    return octet >= ' ' && octet != '"' && octet != '\\' && octet < 0x80;
  }

  private String withEscapes(int from) {
    StringBuilder value = new StringBuilder();
    int run = from;
    while (true) {
      int octet = peek();
      if (octet == '"') {
        value.append(utf8(run, at++));
        return value.toString();
      } else if (octet == '\\') {
        value.append(utf8(run, at++));
        value.append(escaped());
        run = at;
      } else if (octet < ' ') {
        throw malformed("no bare control character in a string");
      } else {
        at++;
      }
    }
  }

  private CharSequence utf8(int from, int to) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text, from, to - from));
    } catch (CharacterCodingException e) {
      throw malformed("UTF-8");
    }
  }

  private char escaped() {
    int octet = peek();
    at++;
    return switch (octet) {
      case '"', '\\', '/' -> (char) octet;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hexadecimal();
      default -> throw malformed("an escape");
    };
  }

  private char hexadecimal() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw malformed("four hexadecimal digits");
      }
      value = value << 4 | digit;
      at++;
    }
    return (char) value;
  }

  /// The text of a number as it stands there.
  String number() {
    int from = at;
    accept('-');
    if (peek() == 'I') {
      word("Infinity");
    } else if (from == at && peek() == 'N') {
      word("NaN");
    } else {
      digits();
    }
    return new String(text, from, at - from, StandardCharsets.ISO_8859_1);
  }

  private void digits() {
    if (!accept('0')) {
      someDigits();
    }
    if (accept('.')) {
      someDigits();
    }
    if (accept('e') || accept('E')) {
      if (!accept('+')) {
        accept('-');
      }
      someDigits();
    }
  }

  private void someDigits() {
    int from = at;
    while (at < text.length && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    if (from == at) {
      throw malformed("a digit");
    }
  }

  private boolean accept(char wanted) {
    boolean there = at < text.length && text[at] == wanted;
    at += there ? 1 : 0;
    return there;
  }

  /// Passes over the next value, whatever it is.
  void skip() {
    switch (next()) {
      case STRING -> string();
      case NUMBER -> number();
      case TRUE -> word("true");
      case FALSE -> word("false");
      case NULL -> word("null");
      case ARRAY -> {
        enter();
        while (more()) {
          skip();
        }
      }
      case OBJECT -> {
        enter();
        while (more()) {
          name();
          skip();
        }
      }
    }
  }

  private void word(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (peek() != word.charAt(i)) {
        throw malformed(word);
      }
      at++;
    }
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw malformed("'" + wanted + "'");
    }
    at++;
  }

  private int peek() {
    if (at >= text.length) {
      throw malformed("more");
    }
    return text[at] & 0xFF;
  }

  private void skipSpace() {
    while (at < text.length
        && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
      at++;
    }
  }

  /// The refusal of what stands here.
  FailureException malformed(String expected) {
    return new FailureException(
        new MalformedRequest(
            "Bad Request. The body is no JSON at byte %d (expected: %s)".formatted(at, expected)));
  }
}
