package io.penstock.inference.infer;

import io.grpc.Context;
import io.penstock.inference.lane.Terms.SequenceStep;
import io.penstock.inference.prediction.InferRequest;
import io.penstock.inference.routing.SplitKey;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Requests of the protocol as what they ask, with the parameters that Penstock reads. The call's
/// deadline is that of the current gRPC context.
final class InferRequestProtos {

  private static final long MOST_MICROS = Duration.ofDays(1).toNanos() / 1_000;
  private static final int LONGEST_SEQUENCE_ID = 128;

  private InferRequestProtos() {}

  static InferRequest fromProto(ModelInferRequest request, Supplier<Map<String, Tensor>> tensors) {
    var parameters = new InferParameterProtos(request.getParametersMap(), "parameters");
    var sequence = sequence(parameters);
    return new InferRequest(
        request.getModelName(),
        request.getModelVersion(),
        request.getId(),
        request.getOutputsList().stream().map(InferRequestedOutputTensor::getName).toList(),
        key(request.getId(), parameters, sequence),
        occurredAt(parameters),
        time(parameters),
        (int) parameters.number("priority", 0, Integer.MAX_VALUE).orElse(0),
        sequence,
        tensors);
  }

  // Zero, and an empty word, stand for no sequence at all, as Triton's clients send them.
  private static Optional<SequenceStep> sequence(InferParameterProtos parameters) {
    var id = parameters.id("sequence_id", LONGEST_SEQUENCE_ID);
    return id.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new SequenceStep(
                id,
                parameters.isText("sequence_id"),
                parameters.flag("sequence_start"),
                parameters.flag("sequence_end")));
  }

  // All of a sequence must meet the version that remembers its beginning.
  private static SplitKey key(
      String id, InferParameterProtos parameters, Optional<SequenceStep> sequence) {
    var key = parameters.text("routing_key");
    if (key.isEmpty()) {
      key = sequence.isPresent() ? sequence.get().id() : id;
    }
    return key.isEmpty() ? SplitKey.random() : SplitKey.of(key);
  }

  private static Optional<Instant> occurredAt(InferParameterProtos parameters) {
    var text = parameters.text("occurred_at");
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
  private static Optional<Duration> time(InferParameterProtos parameters) {
    var deadline = callDeadline();
    var timeout = timeout(parameters);
    if (deadline.isEmpty() || timeout.isEmpty()) {
      return deadline.or(() -> timeout);
    }
    return deadline.get().compareTo(timeout.get()) < 0 ? deadline : timeout;
  }

  private static Optional<Duration> callDeadline() {
    return Optional.ofNullable(Context.current().getDeadline())
        .map(deadline -> Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
  }

  private static Optional<Duration> timeout(InferParameterProtos parameters) {
    long micros = parameters.number("timeout", 0, MOST_MICROS).orElse(0);
    return micros == 0 ? Optional.empty() : Optional.of(Duration.of(micros, ChronoUnit.MICROS));
  }
}
