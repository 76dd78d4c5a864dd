package io.penstock.kit.failure;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A failure as callers see it: a canonical code, a stable reason, words for people, and facts for
/// programs.
///
/// On the wire it is a `google.rpc.Status` with `ErrorInfo`, the violations as `BadRequest` (or as
/// `PreconditionFailure` where the code is `FAILED_PRECONDITION`) and `RetryInfo`.
public record FailureStatus(
    Code code,
    String reason,
    String message,
    Map<String, String> metadata,
    List<FieldViolation> violations,
    java.time.@Nullable Duration retryAfter) {

  /// The `ErrorInfo` domain of everything that Penstock itself answers.
  public static final String DOMAIN = "penstock.io";

  private static final Metadata.Key<Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin", ProtoUtils.metadataMarshaller(Status.getDefaultInstance()));

  public FailureStatus {
    metadata = Map.copyOf(metadata);
    violations = List.copyOf(violations);
  }

  public static FailureStatus of(Code code, String reason, String message) {
    return new FailureStatus(code, reason, message, Map.of(), List.of(), null);
  }

  public FailureStatus withMetadata(String key, String value) {
    var more = new LinkedHashMap<>(metadata);
    more.put(key, value);
    return new FailureStatus(code, reason, message, more, violations, retryAfter);
  }

  public FailureStatus withViolation(String field, String description) {
    var more = new ArrayList<>(violations);
    more.add(new FieldViolation(field, description));
    return new FailureStatus(code, reason, message, metadata, more, retryAfter);
  }

  public FailureStatus withRetryAfter(java.time.Duration duration) {
    return new FailureStatus(code, reason, message, metadata, violations, duration);
  }

  public StatusRuntimeException toException() {
    return toException(DOMAIN);
  }

  public StatusRuntimeException toException(String domain) {
    return StatusProto.toStatusRuntimeException(toProto(domain));
  }

  /// The failure for a caller that takes longer trailers than every client does: `grpc-message` is
  /// cut as ever, the details have up to so many bytes of the message.
  public StatusRuntimeException toException(int messageBytes) {
    var trailers = new Metadata();
    trailers.put(DETAILS, toProto(DOMAIN, messageBytes));
    return code.toStatus().withDescription(TrailerText.cut(message)).asRuntimeException(trailers);
  }

  /// The whole failure as it travels in the `grpc-status-details-bin` trailer.
  public Status toProto(String domain) {
    return toProto(domain, 0);
  }

  private Status toProto(String domain, int messageBytes) {
    var status =
        Status.newBuilder()
            .setCode(code.value())
            .setMessage(TrailerText.cutTo(message, messageBytes));
    var info = ErrorInfo.newBuilder().setReason(reason).setDomain(domain);
    metadata.forEach((key, value) -> info.putMetadata(key, TrailerText.cutFact(value)));
    status.addDetails(Any.pack(info.build()));
    if (!violations.isEmpty()) {
      status.addDetails(code == Code.FAILED_PRECONDITION ? unmetPreconditions() : badRequest());
    }
    if (retryAfter != null) {
      status.addDetails(Any.pack(retryInfo(retryAfter)));
    }
    return status.build();
  }

  /// Reads back what a Penstock service answered; empty where the answer has no `ErrorInfo`.
  public static Optional<FailureStatus> from(StatusRuntimeException exception) {
    var status = StatusProto.fromThrowable(exception);
    return status == null ? Optional.empty() : from(status);
  }

  public static Optional<FailureStatus> from(Status status) {
    try {
      return Optional.ofNullable(read(status));
    } catch (InvalidProtocolBufferException notOurs) {
      return Optional.empty();
    }
  }

  private static @Nullable FailureStatus read(Status status) throws InvalidProtocolBufferException {
    FailureStatus found = null;
    for (var detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        var info = detail.unpack(ErrorInfo.class);
        found =
            new FailureStatus(
                io.grpc.Status.fromCodeValue(status.getCode()).getCode(),
                info.getReason(),
                status.getMessage(),
                info.getMetadataMap(),
                List.of(),
                null);
      } else if (found != null) {
        found = found.withDetail(detail);
      }
    }
    return found;
  }

  private FailureStatus withDetail(Any detail) throws InvalidProtocolBufferException {
    var result = this;
    if (detail.is(BadRequest.class)) {
      for (var violation : detail.unpack(BadRequest.class).getFieldViolationsList()) {
        result = result.withViolation(violation.getField(), violation.getDescription());
      }
    } else if (detail.is(PreconditionFailure.class)) {
      for (var violation : detail.unpack(PreconditionFailure.class).getViolationsList()) {
        result = result.withViolation(violation.getSubject(), violation.getDescription());
      }
    } else if (detail.is(RetryInfo.class)) {
      var delay = detail.unpack(RetryInfo.class).getRetryDelay();
      result =
          result.withRetryAfter(java.time.Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
    }
    return result;
  }

  private Any badRequest() {
    var request = BadRequest.newBuilder();
    TrailerText.cut(violations)
        .forEach(
            violation ->
                request
                    .addFieldViolationsBuilder()
                    .setField(violation.field())
                    .setDescription(violation.description()));
    return Any.pack(request.build());
  }

  private Any unmetPreconditions() {
    var failure = PreconditionFailure.newBuilder();
    TrailerText.cut(violations)
        .forEach(
            violation ->
                failure
                    .addViolationsBuilder()
                    .setType(reason)
                    .setSubject(violation.field())
                    .setDescription(violation.description()));
    return Any.pack(failure.build());
  }

  private static RetryInfo retryInfo(java.time.Duration delay) {
    return RetryInfo.newBuilder()
        .setRetryDelay(
            Duration.newBuilder().setSeconds(delay.getSeconds()).setNanos(delay.getNano()))
        .build();
  }
}
