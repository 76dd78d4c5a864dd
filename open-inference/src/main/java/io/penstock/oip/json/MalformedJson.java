package io.penstock.oip.json;

/// Text that is no JSON, or holds another kind of value than it should. It is the caller's mistake,
/// so it has no stack trace.
public final class MalformedJson extends RuntimeException {

  MalformedJson(String problem, int at) {
    super(problem + " at byte " + at, null, false, false);
  }

  /// What is wrong, and where.
  public String problem() {
    return String.valueOf(getMessage());
  }
}
