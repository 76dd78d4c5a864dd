package io.penstock.monitoring.window;

/// The part of the traffic split that answered. The codes are those of the contract.
public enum Variant {
  UNKNOWN(0),
  PRIMARY(1),
  CANARY(2),
  SHADOW(3),
  FALLBACK(4);

  private final int code;

  Variant(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /// What a newer contract may add is unknown here.
  public static Variant of(int code) {
    return code > 0 && code < values().length ? values()[code] : UNKNOWN;
  }
}
