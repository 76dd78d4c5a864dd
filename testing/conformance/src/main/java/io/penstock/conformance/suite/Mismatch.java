package io.penstock.conformance.suite;

import org.jspecify.annotations.Nullable;

/// The server did something else than a case expects.
public final class Mismatch extends RuntimeException {

  private final String expected;
  private final String got;

  public Mismatch(String expected, @Nullable Object got) {
    super("expected %s, got %s".formatted(expected, got));
    this.expected = expected;
    this.got = String.valueOf(got);
  }

  public String expected() {
    return expected;
  }

  public String got() {
    return got;
  }
}
