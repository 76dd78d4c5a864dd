package io.penstock.registry.search.filter;

import io.penstock.registry.MlflowFailure;
import io.penstock.registry.search.filter.Filter.And;
import io.penstock.registry.search.filter.Filter.Comparison;
import io.penstock.registry.search.filter.Filter.Not;
import io.penstock.registry.search.filter.Filter.Or;
import io.penstock.registry.search.filter.Token.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Reads a filter by recursive descent: `OR` binds less than `AND`, `AND` less than `NOT`.
///
/// A filter may be long, for the sake of lists of ids, but neither deep nor of many comparisons:
/// each of those is a subquery of the search.
final class FilterParser {

  static final int MOST_CHARACTERS = 1 << 20;
  static final int MOST_COMPARISONS = 100;
  static final int MOST_DEPTH = 100;

  private static final int MOST_CHARACTERS_SHOWN = 200;
  private static final Set<String> VALUES_OF_NO_FIELD = Set.of("true", "false", "null");
  private static final Set<String> CONNECTIVES = Set.of("and", "or");

  private final String text;
  private final Vocabulary vocabulary;
  private List<Token> tokens = List.of();
  private int at;
  private int depth;
  private int comparisons;

  FilterParser(String text, Vocabulary vocabulary) {
    this.text = text;
    this.vocabulary = vocabulary;
  }

  Filter parse() {
    if (text.length() > MOST_CHARACTERS) {
      throw tooMuch("characters", text.length(), MOST_CHARACTERS);
    }
    tokens = new Lexer(text).tokens();
    if (peek().is(Type.END)) {
      return Filter.EVERYTHING;
    }
    refuseForeignSigns();
    var filter = alternatives();
    if (!peek().is(Type.END)) {
      throw invalidClause(peek().start());
    }
    return filter;
  }

  private void refuseForeignSigns() {
    for (var token : tokens) {
      if (token.is(Type.SEMICOLON) && !text.substring(token.end()).isBlank()) {
        throw MlflowFailure.invalid(
            "Search filter contained multiple expression '%s'. Provide AND-ed expression list."
                .formatted(shown(text)));
      }
      if (token.is(Type.SEMICOLON) || token.is(Type.OTHER)) {
        throw invalidClause(token.start());
      }
    }
  }

  private Filter alternatives() {
    var parts = separatedBy("OR", this::conjunction);
    return parts.size() == 1 ? parts.getFirst() : new Or(parts);
  }

  private Filter conjunction() {
    var parts = separatedBy("AND", this::condition);
    while (comparisonFollows()) {
      parts.addAll(separatedBy("AND", this::condition));
    }
    return parts.size() == 1 ? parts.getFirst() : new And(parts);
  }

  // Comparisons with nothing between them are what MLflow takes for AND.
  private boolean comparisonFollows() {
    return peek().is(Type.NAME) && CONNECTIVES.stream().noneMatch(peek()::isWord);
  }

  private List<Filter> separatedBy(String keyword, Supplier<Filter> part) {
    var parts = new ArrayList<Filter>();
    do {
      parts.add(part.get());
    } while (skipWord(keyword));
    return parts;
  }

  private Filter condition() {
    if (skipWord("NOT")) {
      return deeper(() -> new Not(condition()));
    }
    if (peek().is(Type.OPEN)) {
      return deeper(this::group);
    }
    return comparison();
  }

  private Filter deeper(Supplier<Filter> part) {
    if (++depth > MOST_DEPTH) {
      throw tooMuch("parentheses and NOT in each other", depth, MOST_DEPTH);
    }
    var filter = part.get();
    depth--;
    return filter;
  }

  private Filter group() {
    int start = take().start();
    var filter = alternatives();
    if (!peek().is(Type.CLOSE)) {
      throw invalidClause(peek().is(Type.END) ? start : peek().start());
    }
    at++;
    return filter;
  }

  private Comparison comparison() {
    if (++comparisons > MOST_COMPARISONS) {
      throw tooMuch("comparisons", comparisons, MOST_COMPARISONS);
    }
    var left = take();
    var operator = operator(left.start());
    if (!left.is(Type.NAME)) {
      throw MlflowFailure.invalid(
          "Invalid comparison clause. Expected 'Identifier' found '%s'"
              .formatted(shown(left.text())));
    }
    if (operator.startsWith("IS ")) {
      return vocabulary.presence(
          vocabulary.field(left.text()), Operator.of(operator).orElseThrow());
    }
    var right = literal(left.start(), operator);
    return vocabulary.comparison(vocabulary.field(left.text()), operator, right);
  }

  /// Comparators that do not exist are operators too here: the vocabulary says which there are.
  private String operator(int clause) {
    var token = take();
    if (token.is(Type.COMPARATOR) || token.isWord("LIKE") || token.isWord("ILIKE")) {
      return token.text();
    }
    if (token.isWord("IN")) {
      return "IN";
    }
    if (token.isWord("NOT") && skipWord("IN")) {
      return "NOT IN";
    }
    if (token.isWord("IS")) {
      var presence = skipWord("NOT") ? "IS NOT NULL" : "IS NULL";
      if (skipWord("NULL")) {
        return presence;
      }
    }
    throw invalidClause(clause);
  }

  private Literal literal(int clause, String operator) {
    var token = take();
    boolean ofList = operator.endsWith("IN");
    if (token.is(Type.OPEN)) {
      return list(clause, token);
    }
    boolean value = token.is(Type.NUMBER) || token.is(Type.TEXT) || token.is(Type.NAME);
    if (!value || ofList || VALUES_OF_NO_FIELD.stream().anyMatch(token::isWord)) {
      throw invalidClause(clause);
    }
    return Literal.of(token);
  }

  private Literal list(int clause, Token open) {
    int first = at;
    while (!peek().is(Type.CLOSE)) {
      if (peek().is(Type.END)) {
        throw invalidClause(clause);
      }
      at++;
    }
    var items = List.copyOf(tokens.subList(first, at));
    return new Literal(Literal.Form.LIST, text.substring(open.start(), take().end()), items);
  }

  private Token peek() {
    return tokens.get(at);
  }

  /// Never moves behind the end.
  private Token take() {
    var token = peek();
    at += token.is(Type.END) ? 0 : 1;
    return token;
  }

  private boolean skipWord(String keyword) {
    boolean found = peek().isWord(keyword);
    at += found ? 1 : 0;
    return found;
  }

  private RuntimeException invalidClause(int start) {
    return vocabulary.invalidClause(shown(text), shown(clauseFrom(start)));
  }

  private String clauseFrom(int start) {
    return tokens.stream()
        .filter(token -> token.start() > start)
        .filter(token -> CONNECTIVES.stream().anyMatch(token::isWord))
        .findFirst()
        .map(connective -> text.substring(start, connective.start()))
        .orElseGet(() -> text.substring(start))
        .strip();
  }

  private static RuntimeException tooMuch(String what, int found, int most) {
    return MlflowFailure.invalid(
        "Invalid filter: found %d %s, expected at most %d".formatted(found, what, most));
  }

  private static String shown(String text) {
    return text.length() <= MOST_CHARACTERS_SHOWN
        ? text
        : text.substring(0, MOST_CHARACTERS_SHOWN) + "…";
  }
}
