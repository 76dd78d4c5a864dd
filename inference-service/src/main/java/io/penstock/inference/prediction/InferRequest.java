package io.penstock.inference.prediction;

import io.penstock.inference.lane.Terms;
import io.penstock.inference.lane.Terms.SequenceStep;
import io.penstock.inference.routing.SplitKey;
import io.penstock.inference.tensor.Tensor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What a caller asks.
///
/// @param version the version that it pins; empty to let the split decide
/// @param id the caller's own, echoed
/// @param outputs the outputs wanted; empty for all
/// @param occurredAt when the predicted thing happens; by default now
/// @param time how long the answer may take, if the caller says
/// @param priority 1 is the most urgent; 0 for the model's default
/// @param sequence its place in a sequence, for models that remember
/// @param tensors decodes the inputs, and throws where they do not add up
public record InferRequest(
    String model,
    String version,
    String id,
    List<String> outputs,
    SplitKey key,
    Optional<Instant> occurredAt,
    Optional<Duration> time,
    int priority,
    Optional<SequenceStep> sequence,
    Supplier<Map<String, Tensor>> tensors) {

  public InferRequest {
    outputs = List.copyOf(outputs);
  }

  Terms terms(long deadline, boolean shadow, Terms.Occasion occasion) {
    return new Terms(deadline, priority, shadow, sequence, occasion);
  }

  /// The outputs wanted of those that the model gave, in the order of the request.
  List<Tensor> wanted(List<Tensor> given) {
    return outputs.isEmpty() ? given : outputs.stream().map(name -> named(given, name)).toList();
  }

  private static Tensor named(List<Tensor> given, String name) {
    return given.stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the model gave no output " + name));
  }
}
