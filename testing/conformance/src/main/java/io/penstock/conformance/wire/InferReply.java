package io.penstock.conformance.wire;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What came back of a call of infer.
public sealed interface InferReply {

  /// @param parameters `Boolean`, `Long`, `Double` or `String` by name
  /// @param outputs in the order of the answer
  record Answered(
      String model, String version, String id, Map<String, Object> parameters, List<Tensor> outputs)
      implements InferReply {

    public Optional<Tensor> output(String name) {
      return outputs.stream().filter(output -> output.name().equals(name)).findFirst();
    }

    public List<String> names() {
      return outputs.stream().map(Tensor::name).toList();
    }

    @Override
    public String toString() {
      return "answer of %s version %s id '%s': %s".formatted(model, version, id, outputs);
    }
  }

  /// @param wellFormed whether the refusal had the protocol's form: over REST `{"error": string}`
  record Refused(Refusal kind, String code, String message, boolean wellFormed)
      implements InferReply {

    @Override
    public String toString() {
      return code + ": " + (message.length() > 300 ? message.substring(0, 300) + "…" : message);
    }
  }
}
