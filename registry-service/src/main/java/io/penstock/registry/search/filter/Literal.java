package io.penstock.registry.search.filter;

import io.penstock.registry.MlflowFailure;
import io.penstock.registry.search.filter.Token.Type;
import java.util.ArrayList;
import java.util.List;

/// The right side of a comparison as it was written.
///
/// @param text all of it, quotes and parentheses included
/// @param items what a list holds, without its parentheses
record Literal(Form form, String text, List<Token> items) {

  enum Form {
    NUMBER,
    QUOTED,
    /// A name, which is no value, although it stands where one should.
    BARE,
    LIST
  }

  static Literal of(Token token) {
    return new Literal(form(token), token.text(), List.of());
  }

  private static Form form(Token token) {
    if (token.is(Type.NUMBER)) {
      return Form.NUMBER;
    }
    return token.is(Type.TEXT) || isQuoted(token.text(), '"') ? Form.QUOTED : Form.BARE;
  }

  boolean is(Form wanted) {
    return form == wanted;
  }

  /// The text between the quotes.
  Operand quoted() {
    if (form != Form.QUOTED) {
      throw MlflowFailure.invalid(
          "Parameter value is either not quoted or unidentified quote types used for string value %s. Use either single or double quotes."
              .formatted(text));
    }
    return new Operand.Text(text.substring(1, text.length() - 1));
  }

  /// The texts of a list, each in single quotes.
  Operand texts() {
    if (items.isEmpty()) {
      throw badList("a non-empty list of string values, but got empty list");
    }
    if (items.size() > 1 && !items.stream().allMatch(Literal::belongsInList)) {
      throw badList(
          "string value, punctuation, or whitespace, but got different type in list: " + text);
    }
    var values = new ArrayList<String>();
    for (int i = 0; i < items.size(); i++) {
      if (!items.get(i).is(i % 2 == 0 ? Type.TEXT : Type.COMMA)) {
        throw badList("a non-empty list of string values, but got ill-formed list.");
      }
      if (i % 2 == 0) {
        var item = items.get(i).text();
        values.add(item.substring(1, item.length() - 1));
      }
    }
    return new Operand.Texts(values);
  }

  private static boolean belongsInList(Token token) {
    return token.is(Type.TEXT) || token.is(Type.COMMA);
  }

  private static RuntimeException badList(String expectation) {
    return MlflowFailure.invalid("While parsing a list in the query, expected " + expectation);
  }

  /// Without the quotes around it, if it has them.
  static String unquoted(String text, char quote) {
    return isQuoted(text, quote) ? text.substring(1, text.length() - 1) : text;
  }

  private static boolean isQuoted(String text, char quote) {
    return text.length() > 1 && text.charAt(0) == quote && text.charAt(text.length() - 1) == quote;
  }
}
