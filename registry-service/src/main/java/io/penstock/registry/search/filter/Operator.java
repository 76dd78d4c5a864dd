package io.penstock.registry.search.filter;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// How a field is compared.
public enum Operator {
  EQUAL("="),
  NOT_EQUAL("!="),
  LESS("<"),
  AT_MOST("<="),
  GREATER(">"),
  AT_LEAST(">="),
  LIKE("LIKE"),
  ILIKE("ILIKE"),
  IN("IN"),
  NOT_IN("NOT IN"),
  IS_NULL("IS NULL"),
  IS_NOT_NULL("IS NOT NULL");

  static final Set<Operator> OF_NUMBERS =
      Set.copyOf(EnumSet.of(EQUAL, NOT_EQUAL, LESS, AT_MOST, GREATER, AT_LEAST));
  static final Set<Operator> OF_TEXTS = Set.copyOf(EnumSet.of(EQUAL, NOT_EQUAL, LIKE, ILIKE));
  static final Set<Operator> OF_LISTS = Set.copyOf(EnumSet.of(IN, NOT_IN));

  private static final Map<String, Operator> BY_SYMBOL =
      Arrays.stream(values()).collect(toUnmodifiableMap(Operator::symbol, Function.identity()));

  private final String symbol;

  Operator(String symbol) {
    this.symbol = symbol;
  }

  /// As filters write it.
  public String symbol() {
    return symbol;
  }

  static Optional<Operator> of(String symbol) {
    return Optional.ofNullable(BY_SYMBOL.get(symbol.toUpperCase(Locale.ROOT)));
  }
}
