package io.penstock.gateway.rest;

import io.grpc.Status.Code;
import io.micronaut.context.annotation.Primary;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.penstock.kit.failure.FailureStatus;
import jakarta.inject.Singleton;

/// Gives the problem shape to what Micronaut refuses before our own code sees it: a malformed
/// request line, an upload beyond every limit.
@Singleton
@Primary
final class EarlyProblems implements ErrorResponseProcessor<String> {

  private final Dialects dialects;

  EarlyProblems(Dialects dialects) {
    this.dialects = dialects;
  }

  @Override
  public MutableHttpResponse<String> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    int status = response.code();
    String message =
        status >= 500
            ? "the gateway failed"
            : context.getErrors().stream()
                .findFirst()
                .map(Error::getMessage)
                .orElse(response.reason());
    Dialect.Answer answer =
        dialects.at(context.getRequest().getPath()).failure(status, failure(status, message), "");
    return response
        .status(answer.status())
        .contentType(answer.mediaType())
        // What follows on the connection cannot be told apart from what was refused.
        .header(HttpHeaders.CONNECTION, "close")
        .body(Bodies.text(answer.body()));
  }

  private static FailureStatus failure(int status, String message) {
    return status >= 500
        ? FailureStatus.of(Code.INTERNAL, "INTERNAL", message)
        : FailureStatus.of(Code.INVALID_ARGUMENT, "HTTP_REQUEST_REFUSED", message);
  }
}
