package io.penstock.inference.serving;

import io.penstock.inference.tensor.TensorSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// How one version is to be served, where that differs from the service's own configuration.
///
/// @param platform what the artifact is
/// @param maxBatchRows most rows that run together; 1: every request runs alone
/// @param runners runs that may be under way at once
/// @param timeout the time of a request that brings none: the model's service level
/// @param queueRequests requests that may wait
/// @param priorities how many levels of urgency the model knows, and which one is meant by none
/// @param weight share of the device among models that all have work
/// @param responseCache whether equal requests are answered from memory
/// @param isolated whether the model runs in a process of its own
/// @param lengthBuckets sizes that an open second dimension is padded to, ascending; empty: not
///   padded
/// @param inputs what is declared, rows included; empty where the artifact says it
/// @param outputs what is declared, rows included; empty where the artifact says it
/// @param sequence for a model that remembers
/// @param steps of an ensemble, in order; empty for anything else
/// @param labels of classes by output, for the classification extension
/// @param warmUps requests that are run before it takes traffic
/// @param parameters what else is set by name, for whoever knows it: a tokenizer's `max_length`
public record VersionConfig(
    Platform platform,
    OptionalInt maxBatchRows,
    OptionalInt runners,
    Optional<Duration> timeout,
    OptionalInt queueRequests,
    Priorities priorities,
    double weight,
    boolean responseCache,
    boolean isolated,
    List<Integer> lengthBuckets,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    Optional<Sequence> sequence,
    List<Step> steps,
    Map<String, List<String>> labels,
    List<WarmUp> warmUps,
    Map<String, String> parameters) {

  public VersionConfig {
    lengthBuckets = List.copyOf(lengthBuckets);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    steps = List.copyOf(steps);
    labels = Map.copyOf(labels);
    warmUps = List.copyOf(warmUps);
    parameters = Map.copyOf(parameters);
  }

  /// What a version's artifact is.
  public enum Platform {
    ONNX,
    TOKENIZER,
    /// No artifact at all.
    ENSEMBLE
  }

  /// @param levels 0: the model knows none, and all requests are equal
  public record Priorities(int levels, int standard) {
    public static final Priorities NONE = new Priorities(0, 0);
  }

  /// State that stays on the server between the requests of a sequence.
  ///
  /// @param idle after so long without a request it is forgotten
  /// @param most sequences that may be open at once
  public record Sequence(Duration idle, int most, List<State> states, List<Control> controls) {
    public Sequence {
      states = List.copyOf(states);
      controls = List.copyOf(controls);
    }
  }

  /// An output that comes back as an input at the next step; zeros at the first.
  ///
  /// @param shape with -1 for what the model leaves open
  public record State(String input, String output, List<Long> shape) {
    public State {
      shape = List.copyOf(shape);
    }
  }

  /// An input that tells the model where in the sequence it is.
  public record Control(String input, Kind kind, double whenFalse, double whenTrue) {
    public enum Kind {
      START,
      READY,
      END,
      /// The sequence's id itself.
      ID
    }
  }

  /// A step of an ensemble.
  ///
  /// @param version empty: as the model's release says
  /// @param inputs the step's inputs to tensors of the ensemble
  /// @param outputs the step's outputs to tensors of the ensemble
  /// @param deadlineShare part of the request's time that it may take; 0: all that is left
  /// @param fallback a model that answers in its place; empty for none
  public record Step(
      String model,
      String version,
      Map<String, String> inputs,
      Map<String, String> outputs,
      double deadlineShare,
      String fallback) {
    public Step {
      inputs = Map.copyOf(inputs);
      outputs = Map.copyOf(outputs);
    }
  }

  /// A made-up request.
  ///
  /// @param inputs shapes by input; the rows are added
  /// @param random whether values are random; zeros otherwise
  public record WarmUp(String name, int rows, int count, Map<String, Input> inputs) {
    public WarmUp {
      inputs = Map.copyOf(inputs);
    }

    public record Input(List<Long> shape, boolean random) {
      public Input {
        shape = List.copyOf(shape);
      }
    }
  }

  /// This with other labels.
  public VersionConfig withLabels(Map<String, List<String>> others) {
    return new VersionConfig(
        platform,
        maxBatchRows,
        runners,
        timeout,
        queueRequests,
        priorities,
        weight,
        responseCache,
        isolated,
        lengthBuckets,
        inputs,
        outputs,
        sequence,
        steps,
        others,
        warmUps,
        parameters);
  }

  /// Nothing but the service's own configuration.
  public static VersionConfig defaults() {
    return new VersionConfig(
        Platform.ONNX,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Priorities.NONE,
        1,
        false,
        false,
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        Map.of(),
        List.of(),
        Map.of());
  }
}
