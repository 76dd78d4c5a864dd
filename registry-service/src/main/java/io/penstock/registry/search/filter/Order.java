package io.penstock.registry.search.filter;

import io.penstock.registry.MlflowFailure;
import io.penstock.registry.search.filter.Token.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// One of the fields that a result is sorted by. What lacks the field comes last in either
/// direction.
public record Order(Field field, boolean ascending) {

  private static final int MOST = 20;

  /// Reads the clauses of an order.
  public static List<Order> parse(List<String> clauses, Vocabulary vocabulary) {
    if (clauses.size() > MOST) {
      throw MlflowFailure.invalid(
          "Invalid order_by: found %d clauses, expected at most %d"
              .formatted(clauses.size(), MOST));
    }
    var orders = new ArrayList<Order>();
    clauses.forEach(clause -> orders.add(parse(clause, vocabulary)));
    refuseDuplicates(orders, clauses);
    return List.copyOf(orders);
  }

  private static void refuseDuplicates(List<Order> orders, List<String> clauses) {
    var seen = new HashSet<Field>();
    if (!orders.stream().map(Order::field).allMatch(seen::add)) {
      throw MlflowFailure.invalid(
          "`order_by` contains duplicate fields: ['%s']".formatted(String.join("', '", clauses)));
    }
  }

  /// `field`, `field ASC` or `field DESC`, with nothing around it.
  private static Order parse(String clause, Vocabulary vocabulary) {
    var tokens = clause.length() > 10_000 ? List.<Token>of() : new Lexer(clause).tokens();
    boolean directed = tokens.size() == 3 && tokens.get(1).is(Type.NAME);
    if ((tokens.size() != 2 && !directed)
        || !tokens.getFirst().is(Type.NAME)
        || clause.length() != clause.strip().length()) {
      throw unreadable(clause);
    }
    boolean descending = directed && tokens.get(1).isWord("DESC");
    if (directed && !descending && !tokens.get(1).isWord("ASC")) {
      throw unknownDirection(tokens.getFirst(), clause);
    }
    return new Order(vocabulary.orderField(tokens.getFirst().text()), !descending);
  }

  // To MLflow's tokenizer `timestamp` is a keyword.
  private static RuntimeException unknownDirection(Token field, String clause) {
    return field.isWord("timestamp")
        ? unreadable(clause)
        : MlflowFailure.invalid("Invalid ordering key in order_by clause '%s'.".formatted(clause));
  }

  private static RuntimeException unreadable(String clause) {
    return MlflowFailure.invalid(
        "Invalid order_by clause '%s'. Could not be parsed.".formatted(clause));
  }
}
