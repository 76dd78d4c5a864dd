package io.penstock.feature.row;

import io.penstock.feature.view.ValueType;

/// One value of a feature as it comes in. What is stored and read back travels packed.
public sealed interface Value {

  ValueType type();

  /// The value in words, for messages.
  String text();

  /// A floating point number.
  record DoubleValue(double value) implements Value {
    @Override
    public ValueType type() {
      return ValueType.DOUBLE;
    }

    @Override
    public String text() {
      return Double.toString(value);
    }
  }

  /// A whole number.
  record Int64Value(long value) implements Value {
    @Override
    public ValueType type() {
      return ValueType.INT64;
    }

    @Override
    public String text() {
      return Long.toString(value);
    }
  }

  /// A truth value.
  record BoolValue(boolean value) implements Value {
    @Override
    public ValueType type() {
      return ValueType.BOOL;
    }

    @Override
    public String text() {
      return Boolean.toString(value);
    }
  }

  /// A text.
  record StringValue(String value) implements Value {
    @Override
    public ValueType type() {
      return ValueType.STRING;
    }

    @Override
    public String text() {
      return "'" + value + "'";
    }
  }
}
