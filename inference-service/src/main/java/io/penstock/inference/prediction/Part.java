package io.penstock.inference.prediction;

import io.penstock.inference.lane.Terms;
import io.penstock.inference.routing.SplitKey;
import io.penstock.inference.tensor.Tensor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a graph asks of another model, on behalf of a request.
///
/// @param version the version that it pins; empty to let the split decide
/// @param terms the request's own, with the time that this part of it may take
/// @param tensors what the model is given
public record Part(String model, String version, Terms terms, Map<String, Tensor> tensors) {

  InferRequest request(SplitKey key, Instant occurredAt) {
    return new InferRequest(
        model,
        version,
        "",
        List.of(),
        key,
        Optional.of(occurredAt),
        Optional.empty(),
        terms.priority(),
        terms.sequence(),
        () -> tensors);
  }
}
