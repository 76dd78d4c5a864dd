package io.penstock.inference.rest;

import io.penstock.kit.failure.FailureStatus;
import io.penstock.oip.Compression;
import io.penstock.oip.ErrorBodies;
import io.penstock.oip.Headers;
import io.penstock.oip.HttpBody;
import io.penstock.oip.HttpStatuses;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What goes back over HTTP.
///
/// @param encoding of the body; null where it is plain
/// @param retryAfter when it is worth trying again; null for no word about that
record RestAnswer(
    int status, HttpBody body, @Nullable String encoding, @Nullable Duration retryAfter) {

  /// An answer, compressed where the caller wants it and it pays.
  static RestAnswer of(int status, HttpBody body, Headers request) {
    var encoding = Compression.worthwhile(request, body.bytes().length).orElse(null);
    return encoding == null
        ? new RestAnswer(status, body, null, null)
        : new RestAnswer(
            status,
            new HttpBody(Compression.deflated(body.bytes(), encoding), body.jsonLength()),
            encoding,
            null);
  }

  static RestAnswer failure(FailureStatus failure, String traceId) {
    return failure(HttpStatuses.of(failure.code(), failure.reason()), failure, traceId);
  }

  static RestAnswer failure(int status, FailureStatus failure, String traceId) {
    return new RestAnswer(status, ErrorBodies.write(failure, traceId), null, failure.retryAfter());
  }

  static RestAnswer failure(RestFailure failure) {
    return failure(RestFailures.httpStatus(failure), RestFailures.toStatus(failure), "");
  }
}
