package io.penstock.inference.ensemble;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.lane.Execution;
import io.penstock.inference.lane.schedule.DispatchReason;
import io.penstock.inference.prediction.Part;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.failure.FailureException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Models that a test answers for.
final class AskedParts implements Parts {

  /// One request to a model.
  static final class Asked {

    private final Part part;
    private final Reply reply;
    private boolean cancelled;

    private Asked(Part part, Reply reply) {
      this.part = part;
      this.reply = reply;
    }

    Part part() {
      return part;
    }

    Tensor given(String input) {
      return Objects.requireNonNull(part.tensors().get(input), input);
    }

    boolean cancelled() {
      return cancelled;
    }

    /// Answers after so long in the queue.
    void answer(long queueNanos, Tensor... outputs) {
      var execution = new Execution(0, queueNanos, queueNanos + 1, 1, 1, DispatchReason.IDLE);
      reply.answered(List.of(outputs), execution);
    }

    void fail(InferenceFailure failure) {
      fail(new FailureException(failure));
    }

    void fail(RuntimeException failure) {
      reply.failed(failure);
    }
  }

  private final List<Asked> all = new ArrayList<>();
  private final Map<String, RuntimeException> refused = new HashMap<>();

  @Override
  public Runnable ask(Part part, Reply reply) {
    if (refused.containsKey(part.model())) {
      throw refused.get(part.model());
    }
    var asked = new Asked(part, reply);
    all.add(asked);
    return () -> asked.cancelled = true;
  }

  void refuse(String model, RuntimeException with) {
    refused.put(model, with);
  }

  Asked of(String model) {
    return all.stream().filter(asked -> asked.part.model().equals(model)).findFirst().orElseThrow();
  }

  List<String> models() {
    return all.stream().map(asked -> asked.part.model()).toList();
  }
}
