package io.penstock.inference.protocol;

import io.grpc.Context;
import io.penstock.inference.prediction.InferRequest;
import io.penstock.inference.routing.SplitKey;
import io.penstock.inference.tensor.RequestTensorProtos;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Requests of the protocol as what they ask, with the parameters that Penstock reads. The call's
/// deadline is that of the current gRPC context.
final class InferRequestProtos {

  private static final long MOST_MICROS = Duration.ofDays(1).toNanos() / 1_000;

  private InferRequestProtos() {}

  static InferRequest fromProto(ModelInferRequest request) {
    return new InferRequest(
        request.getModelName(),
        request.getModelVersion(),
        request.getId(),
        request.getOutputsList().stream().map(InferRequestedOutputTensor::getName).toList(),
        key(request),
        occurredAt(request),
        time(request),
        0,
        Optional.empty(),
        () -> RequestTensorProtos.decode(request));
  }

  private static SplitKey key(ModelInferRequest request) {
    var routingKey = text(request, "routing_key");
    if (!routingKey.isEmpty()) {
      return SplitKey.of(routingKey);
    }
    return request.getId().isEmpty() ? SplitKey.random() : SplitKey.of(request.getId());
  }

  private static Optional<Instant> occurredAt(ModelInferRequest request) {
    var text = text(request, "occurred_at");
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw InvalidArguments.of(
          "parameters.occurred_at",
          "was '%s', expected RFC 3339: 2001-04-01T08:00:00Z".formatted(text));
    }
  }

  // The caller's deadline and the request's own timeout both hold.
  private static Optional<Duration> time(ModelInferRequest request) {
    return Stream.of(callDeadline(), timeout(request))
        .flatMap(Optional::stream)
        .min(Duration::compareTo);
  }

  private static Optional<Duration> callDeadline() {
    return Optional.ofNullable(Context.current().getDeadline())
        .map(deadline -> Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
  }

  private static Optional<Duration> timeout(ModelInferRequest request) {
    var parameter = find(request, "timeout");
    if (parameter == null) {
      return Optional.empty();
    }
    long micros =
        switch (parameter.getParameterChoiceCase()) {
          case INT64_PARAM -> parameter.getInt64Param();
          case UINT64_PARAM -> parameter.getUint64Param();
          default -> -1;
        };
    if (micros <= 0 || micros > MOST_MICROS) {
      throw InvalidArguments.of(
          "parameters.timeout",
          "expected microseconds as an integer, 1 to %d".formatted(MOST_MICROS));
    }
    return Optional.of(Duration.of(micros, ChronoUnit.MICROS));
  }

  private static String text(ModelInferRequest request, String name) {
    var parameter = find(request, name);
    if (parameter == null) {
      return "";
    }
    if (!parameter.hasStringParam()) {
      throw InvalidArguments.of("parameters." + name, "expected a string");
    }
    return parameter.getStringParam();
  }

  private static @Nullable InferParameter find(ModelInferRequest request, String name) {
    return request.getParametersMap().get(name);
  }
}
