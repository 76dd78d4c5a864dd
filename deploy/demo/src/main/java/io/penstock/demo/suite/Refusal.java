package io.penstock.demo.suite;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What the suite says when it does not do something.
///
/// @param reason stable, `GATE_REFUSED`; docs/errors.md lists them all
/// @param violations what exactly is wrong, or unmet
public record Refusal(
    Code code,
    String reason,
    String message,
    Map<String, String> metadata,
    List<Violation> violations,
    Optional<Duration> retryAfter) {

  /// @param subject a field, or the id of a criterion
  public record Violation(String subject, String description) {}

  public static Refusal of(StatusRuntimeException exception) {
    List<Any> details =
        Optional.ofNullable(StatusProto.fromThrowable(exception))
            .map(com.google.rpc.Status::getDetailsList)
            .orElse(List.of());
    ErrorInfo info = first(details, ErrorInfo.class).orElse(ErrorInfo.getDefaultInstance());
    return new Refusal(
        exception.getStatus().getCode(),
        info.getReason(),
        message(exception.getStatus()),
        info.getMetadataMap(),
        violations(details).toList(),
        first(details, RetryInfo.class).map(Refusal::delay));
  }

  /// Does what must be refused.
  public static Refusal expected(String what, Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      return of(e);
    }
    throw new StepFailed(what + " was let through (expected: refused)");
  }

  /// Makes something, or finds it where an earlier run made it.
  public static <T> T orExisting(Supplier<T> make, Supplier<T> find) {
    try {
      return make.get();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Code.ALREADY_EXISTS) {
        return find.get();
      }
      throw e;
    }
  }

  /// Empty where there is none.
  public static <T> Optional<T> orAbsent(Supplier<T> find) {
    try {
      return Optional.of(find.get());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// `FAILED_PRECONDITION GATE_REFUSED: …`
  @Override
  public String toString() {
    return reason.isEmpty() ? code + ": " + message : code + " " + reason + ": " + message;
  }

  /// A connection that fails tells why only in its cause.
  private static String message(Status status) {
    String words = Objects.requireNonNullElse(status.getDescription(), "no description");
    return status.getCause() == null ? words : words + ": " + status.getCause().getMessage();
  }

  private static Stream<Violation> violations(List<Any> details) {
    return Stream.concat(
        first(details, BadRequest.class).stream()
            .flatMap(bad -> bad.getFieldViolationsList().stream())
            .map(field -> new Violation(field.getField(), field.getDescription())),
        first(details, PreconditionFailure.class).stream()
            .flatMap(unmet -> unmet.getViolationsList().stream())
            .map(unmet -> new Violation(unmet.getSubject(), unmet.getDescription())));
  }

  private static Duration delay(RetryInfo info) {
    return Duration.ofSeconds(info.getRetryDelay().getSeconds(), info.getRetryDelay().getNanos());
  }

  private static <T extends Message> Optional<T> first(List<Any> details, Class<T> type) {
    return details.stream().filter(any -> any.is(type)).map(any -> unpack(any, type)).findFirst();
  }

  private static <T extends Message> T unpack(Any any, Class<T> type) {
    try {
      return any.unpack(type);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
