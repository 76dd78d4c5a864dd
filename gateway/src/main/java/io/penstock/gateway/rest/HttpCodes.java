package io.penstock.gateway.rest;

import io.penstock.kit.failure.FailureStatus;
import io.penstock.oip.HttpStatuses;

/// The one table from failures to HTTP statuses: by gRPC code as google/rpc/code.proto has it, but
/// for the few reasons for which HTTP has a word of its own.
public final class HttpCodes {

  /// What the log says of a caller that did not wait; nobody is told.
  public static final int CLIENT_GONE = 499;

  private HttpCodes() {}

  public static int of(FailureStatus failure) {
    return switch (failure.reason()) {
      case "VERB_NOT_ALLOWED" -> 405;
      case "GATE_REFUSED" -> 412;
      default -> HttpStatuses.of(failure.code(), failure.reason());
    };
  }
}
