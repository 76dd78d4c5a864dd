package io.penstock.registry.search.filter;

import java.util.List;
import java.util.OptionalLong;

/// What a field is compared with.
public sealed interface Operand {

  /// A number as it was written, so that whole numbers of 64 bits lose no digit.
  record Number(String literal) implements Operand {

    /// Infinite where it is larger than any double, as in Python.
    public double decimal() {
      return Double.parseDouble(literal);
    }

    /// Empty for a fraction and for what 64 bits cannot hold.
    public OptionalLong integer() {
      try {
        return OptionalLong.of(Long.parseLong(literal));
      } catch (NumberFormatException _) {
        return OptionalLong.empty();
      }
    }
  }

  /// What stood between the quotes, or a pattern: nothing is escaped in it.
  record Text(String value) implements Operand {}

  /// The list of `IN`.
  record Texts(List<String> values) implements Operand {
    public Texts {
      values = List.copyOf(values);
    }
  }

  /// `IS NULL` compares with nothing.
  record Absence() implements Operand {}
}
