package io.penstock.monitoring.canary;

/// One thing that a canary must show, and how it stands.
///
/// @param detail in words, with figures
record Criterion(String name, Standing standing, String detail) {

  enum Standing {
    MET,
    /// Not met, but chance may be why.
    OPEN,
    /// Not met, and more data would hardly change that.
    VIOLATED
  }

  boolean is(Standing other) {
    return standing == other;
  }
}
