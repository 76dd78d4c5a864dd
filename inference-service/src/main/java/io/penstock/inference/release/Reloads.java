package io.penstock.inference.release;

import io.penstock.inference.InferenceFailure;
import io.penstock.kit.failure.FailureException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// The models that operators want loaded anew, and who waits for that.
final class Reloads {

  private final Map<String, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();

  /// Asks for a model; whoever asks for it meanwhile waits for the same load.
  CompletableFuture<Void> ask(String model) {
    return waiting.computeIfAbsent(model, _ -> new CompletableFuture<>());
  }

  boolean isAsked(String model) {
    return waiting.containsKey(model);
  }

  /// The models asked for that are not among the given.
  List<String> notAmong(Predicate<String> models) {
    return waiting.keySet().stream().filter(models.negate()).toList();
  }

  void done(String model) {
    var asked = waiting.remove(model);
    if (asked != null) {
      asked.complete(null);
    }
  }

  void failed(String model, InferenceFailure failure) {
    var asked = waiting.remove(model);
    if (asked != null) {
      asked.completeExceptionally(new FailureException(failure));
    }
  }
}
