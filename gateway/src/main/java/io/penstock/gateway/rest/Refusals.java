package io.penstock.gateway.rest;

import io.grpc.StatusRuntimeException;
import io.penstock.kit.failure.FailureEncoder;
import io.penstock.kit.failure.FailureStatus;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;

/// What a REST caller is told when a call fails, whoever found it out.
@Singleton
public final class Refusals {

  private final FailureEncoder failures;

  Refusals(FailureEncoder failures) {
    this.failures = failures;
  }

  /// What a service said of itself is passed on as it is, a bug of its own included: it was logged
  /// there.
  public FailureStatus statusOf(RuntimeException e) {
    return e instanceof StatusRuntimeException answer
        ? FailureStatus.from(answer).orElseGet(() -> failures.statusOf(e))
        : failures.statusOf(e);
  }

  /// The headers that a refusal has besides those of its body.
  ///
  /// @param status the HTTP status
  public static Map<String, String> headers(int status, FailureStatus failure) {
    Map<String, String> headers = new HashMap<>();
    if (failure.retryAfter() != null) {
      // Whole seconds, at least one, as HTTP has it.
      long seconds = Math.max(1, failure.retryAfter().plusMillis(999).toSeconds());
      headers.put("Retry-After", Long.toString(seconds));
    }
    if (status == 401) {
      headers.put("WWW-Authenticate", "Bearer realm=\"penstock\"");
    }
    return headers;
  }
}
