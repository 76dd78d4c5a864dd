package io.penstock.feature.validation;

import static io.penstock.feature.validation.RowReason.VALUE_MISSING;
import static io.penstock.feature.validation.RowReason.VALUE_NOT_ALLOWED;
import static io.penstock.feature.validation.RowReason.VALUE_NOT_FINITE;
import static io.penstock.feature.validation.RowReason.VALUE_OUT_OF_RANGE;
import static io.penstock.feature.validation.RowReason.VALUE_TOO_LONG;
import static io.penstock.feature.validation.RowReason.VALUE_TYPE_WRONG;

import io.penstock.feature.row.Value;
import io.penstock.feature.row.Value.BoolValue;
import io.penstock.feature.row.Value.DoubleValue;
import io.penstock.feature.row.Value.Int64Value;
import io.penstock.feature.row.Value.StringValue;
import io.penstock.feature.view.FeatureSpec;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the values of one feature must satisfy. Types are not converted: a sender that mixes them
/// up should learn of it.
final class ValueRule {

  static final int LONGEST_TEXT = 1000;

  // Reads answer numbers as doubles, and beyond this they would not be the numbers that came in.
  private static final long LARGEST_EXACT = 1L << 53;

  private final FeatureSpec spec;
  private final Set<String> allowed;

  ValueRule(FeatureSpec spec) {
    this.spec = spec;
    this.allowed = new HashSet<>(spec.allowed());
  }

  String feature() {
    return spec.name();
  }

  /// What is wrong with a value, or null where nothing is.
  @Nullable RowProblem problem(@Nullable Value value) {
    if (value == null) {
      return spec.nullable() ? null : problem(VALUE_MISSING, "no value", spec.type().name());
    }
    if (value.type() != spec.type()) {
      String given = value.type() + " " + value.text();
      return problem(VALUE_TYPE_WRONG, given, spec.type().name());
    }
    return switch (value) {
      case DoubleValue(double number) -> problem(number);
      case Int64Value(long number) -> problem(number);
      case StringValue(String text) -> problem(text);
      case BoolValue _ -> null;
    };
  }

  // Not a number would read back as not present.
  private @Nullable RowProblem problem(double number) {
    return Double.isFinite(number)
        ? outOfBounds(number, Double.toString(number))
        : problem(VALUE_NOT_FINITE, Double.toString(number), "a finite number");
  }

  private @Nullable RowProblem problem(long number) {
    String given = Long.toString(number);
    return number > LARGEST_EXACT || number < -LARGEST_EXACT
        ? problem(VALUE_OUT_OF_RANGE, given, "within ±2^53, which a double holds exactly")
        : outOfBounds((double) number, given);
  }

  private @Nullable RowProblem outOfBounds(double number, String given) {
    if (spec.min() != null && number < spec.min()) {
      return problem(VALUE_OUT_OF_RANGE, given, ">= " + spec.min());
    }
    if (spec.max() != null && number > spec.max()) {
      return problem(VALUE_OUT_OF_RANGE, given, "<= " + spec.max());
    }
    return null;
  }

  private @Nullable RowProblem problem(String text) {
    if (text.length() > LONGEST_TEXT) {
      String given = text.length() + " characters";
      return problem(VALUE_TOO_LONG, given, "at most " + LONGEST_TEXT);
    }
    return allowed.isEmpty() || allowed.contains(text)
        ? null
        : problem(VALUE_NOT_ALLOWED, "'" + text + "'", "one of " + spec.allowed());
  }

  private RowProblem problem(RowReason reason, String given, String expected) {
    return RowProblem.of(reason, spec.name(), given, expected);
  }
}
