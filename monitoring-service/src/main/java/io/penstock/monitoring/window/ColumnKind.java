package io.penstock.monitoring.window;

/// Whether a column goes into the model or comes out of it. The codes are those of the contract.
public enum ColumnKind {
  FEATURE(1),
  PREDICTION(2);

  private final int code;

  ColumnKind(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  public static ColumnKind of(int code) {
    return code == PREDICTION.code ? PREDICTION : FEATURE;
  }
}
