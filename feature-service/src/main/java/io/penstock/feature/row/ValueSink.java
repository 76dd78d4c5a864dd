package io.penstock.feature.row;

/// Takes the values of a packed row in the order of the schema.
public interface ValueSink {

  /// The row has no value for this feature.
  void absent(int position);

  /// A number; truth values are 0 or 1.
  void number(int position, double value);

  /// A text, as UTF-8 within the packed row; only valid during the call.
  void text(int position, byte[] bytes, int offset, int length);
}
