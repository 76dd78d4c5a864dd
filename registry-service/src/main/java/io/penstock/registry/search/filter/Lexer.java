package io.penstock.registry.search.filter;

import io.penstock.registry.search.filter.Token.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes a filter apart into tokens, in one pass over it.
///
/// Quoted texts end where MLflow's tokenizer ends them: `''` and `\'` do not end a text, unless no
/// other quote follows.
final class Lexer {

  private static final Pattern NUMBER =
      Pattern.compile("-?(?:\\d++(?:\\.\\d*+)?|\\.\\d++)(?:[eE][+-]?\\d++)?(?!\\w)");
  private static final String QUOTES = "'\"`";

  private final String text;
  private final Matcher number;
  private int at;

  Lexer(String text) {
    this.text = text;
    this.number = NUMBER.matcher(text);
  }

  /// Ends with a token of type `END`.
  List<Token> tokens() {
    var tokens = new ArrayList<Token>();
    while (skipSpace()) {
      int start = at;
      var type = next();
      tokens.add(new Token(type, text.substring(start, at), start));
    }
    tokens.add(new Token(Type.END, "", text.length()));
    return tokens;
  }

  private boolean skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length();
  }

  private Type next() {
    char first = text.charAt(at);
    if (first == '\'') {
      return quoted() ? Type.TEXT : Type.OTHER;
    }
    if (number.region(at, text.length()).lookingAt()) {
      at = number.end();
      return Type.NUMBER;
    }
    if (isNamePart(first) || first == '"' || first == '`') {
      return name();
    }
    if (isComparator(first)) {
      while (at < text.length() && isComparator(text.charAt(at))) {
        at++;
      }
      return Type.COMPARATOR;
    }
    at++;
    return punctuation(first);
  }

  private static Type punctuation(char sign) {
    return switch (sign) {
      case '(' -> Type.OPEN;
      case ')' -> Type.CLOSE;
      case ',' -> Type.COMMA;
      case ';' -> Type.SEMICOLON;
      default -> Type.OTHER;
    };
  }

  private static boolean isComparator(char sign) {
    return "<>=~!".indexOf(sign) >= 0;
  }

  private static boolean isNamePart(char sign) {
    return Character.isLetterOrDigit(sign) || sign == '_' || sign == '$' || sign == '#';
  }

  /// `tags.a.b`, `` metrics.`a b` ``, `"a text"`.
  private Type name() {
    if (!part()) {
      return Type.OTHER;
    }
    while (at < text.length() && text.charAt(at) == '.') {
      at++;
      if (!part()) {
        return Type.OTHER;
      }
    }
    return Type.NAME;
  }

  private boolean part() {
    if (at < text.length() && QUOTES.indexOf(text.charAt(at)) >= 0) {
      return quoted();
    }
    int start = at;
    while (at < text.length() && isNamePart(text.charAt(at))) {
      at++;
    }
    return at > start;
  }

  /// Moves behind the closing quote; false, and to the end, where there is none.
  private boolean quoted() {
    char quote = text.charAt(at);
    int close = -1;
    for (int i = at + 1; i < text.length(); i++) {
      if (text.charAt(i) != quote) {
        continue;
      }
      close = i;
      if (quote != '`' && text.charAt(i - 1) == '\\') {
        continue;
      }
      if (i + 1 == text.length() || text.charAt(i + 1) != quote) {
        break;
      }
      i++;
    }
    at = close < 0 ? text.length() : close + 1;
    return close >= 0;
  }
}
