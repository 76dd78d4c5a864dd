package io.penstock.oip;

import io.grpc.Status.Code;
import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureMapping;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.oip.OpenInferenceFailure.InflatedBodyTooLarge;
import io.penstock.oip.OpenInferenceFailure.OutputHasNoJsonForm;
import io.penstock.oip.OpenInferenceFailure.UnknownEncoding;
import jakarta.inject.Singleton;
import java.util.Optional;

/// The answers to the failures of the form.
@Singleton
public final class OpenInferenceFailures implements FailureMapping {

  @Override
  public Optional<FailureStatus> statusOf(Failure failure) {
    return failure instanceof OpenInferenceFailure ours
        ? Optional.of(toStatus(ours))
        : Optional.empty();
  }

  static FailureStatus toStatus(OpenInferenceFailure failure) {
    return switch (failure) {
      case InflatedBodyTooLarge(var limit) ->
          FailureStatus.of(
                  Code.OUT_OF_RANGE,
                  "BODY_TOO_LARGE",
                  "request body (expected: at most " + limit + " bytes once inflated)")
              .withMetadata("limit_bytes", Long.toString(limit));
      case UnknownEncoding(var encoding) ->
          FailureStatus.of(
                  Code.UNIMPLEMENTED,
                  "ENCODING_UNSUPPORTED",
                  "Content-Encoding %s (expected: gzip, deflate or identity)".formatted(encoding))
              .withMetadata("encoding", encoding);
      case OutputHasNoJsonForm(var output, var datatype) ->
          FailureStatus.of(
                  Code.UNIMPLEMENTED,
                  "OUTPUT_HAS_NO_JSON_FORM",
                  "output %s is %s, which has no JSON form; ask for binary_data, or use gRPC"
                      .formatted(output, datatype))
              .withMetadata("output", output);
    };
  }
}
