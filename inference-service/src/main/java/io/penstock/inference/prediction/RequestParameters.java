package io.penstock.inference.prediction;

import io.penstock.inference.routing.SplitKey;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The parameters of a request that Penstock reads.
///
/// @param occurredAt when the predicted thing happens
/// @param key where the request falls in a split
/// @param timeout what the request grants itself
record RequestParameters(
    Optional<Instant> occurredAt, SplitKey key, Optional<Duration> timeout) {

  static RequestParameters of(ModelInferRequest request) {
    return new RequestParameters(occurredAt(request), key(request), timeout(request));
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

  private static SplitKey key(ModelInferRequest request) {
    var routingKey = text(request, "routing_key");
    if (!routingKey.isEmpty()) {
      return SplitKey.of(routingKey);
    }
    return request.getId().isEmpty() ? SplitKey.random() : SplitKey.of(request.getId());
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
    if (micros <= 0 || micros > Duration.ofDays(1).toNanos() / 1_000) {
      throw InvalidArguments.of(
          "parameters.timeout", "expected microseconds, 1 to a day, as an integer");
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
