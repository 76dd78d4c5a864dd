package io.penstock.registry.search.filter;

import java.util.List;

/// A condition on what is searched: true or false of each, never unknown.
///
/// A comparison with a key or a value that is missing is false, except for `IS NULL`; `NOT` turns
/// exactly that around, so that a filter and its negation divide everything between them.
public sealed interface Filter {

  /// What an empty filter means.
  Filter EVERYTHING = new And(List.of());

  /// One condition on one field.
  record Comparison(Field field, Operator operator, Operand operand) implements Filter {}

  /// True where all parts are; of no parts, always.
  record And(List<Filter> parts) implements Filter {
    public And {
      parts = List.copyOf(parts);
    }
  }

  /// True where one of the parts is; of no parts, never.
  record Or(List<Filter> parts) implements Filter {
    public Or {
      parts = List.copyOf(parts);
    }
  }

  record Not(Filter part) implements Filter {}

  /// The conditions that all have to be met.
  default List<Filter> conditions() {
    return this instanceof And(var parts) ? parts : List.of(this);
  }

  /// Reads a filter that means something in this vocabulary.
  static Filter parse(String text, Vocabulary vocabulary) {
    return new FilterParser(text, vocabulary).parse();
  }
}
