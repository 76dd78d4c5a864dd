package io.penstock.inference.serving;

import io.penstock.inference.serving.VersionConfig.Control;
import io.penstock.inference.serving.VersionConfig.Sequence;
import io.penstock.inference.serving.VersionConfig.State;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.ModelSequenceBatching;
import io.penstock.proto.oip.ModelSequenceBatching.InitialState;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Reads `sequence_batching`. The strategies of Triton's are ways to share its slots; here every
/// sequence has its place, up to a bound.
final class SequenceProtos {

  private static final int MOST = 1_024;
  private static final long MOST_IDLE_MICROS = Duration.ofDays(1).toNanos() / 1_000;
  private static final Duration USUAL_IDLE = Duration.ofSeconds(1);
  private static final String FIELD = "config.sequence_batching.";

  private final ModelSequenceBatching batching;
  private final InvalidArguments problems;
  private final UnaryOperator<List<Long>> withRows;

  SequenceProtos(
      ModelSequenceBatching batching,
      InvalidArguments problems,
      UnaryOperator<List<Long>> withRows) {
    this.batching = batching;
    this.problems = problems;
    this.withRows = withRows;
  }

  /// @param most sequences that may be open; 0 for as many as usual
  Sequence read(long most) {
    problems.addIf(
        most < 0 || most > 1_000_000,
        "config.parameters." + ParameterProtos.SEQUENCES,
        "was %s, expected at most 1000000".formatted(Long.toUnsignedString(most)));
    int bound = most > 0 && most <= 1_000_000 ? (int) most : MOST;
    return new Sequence(idle(), bound, states(), controls());
  }

  private Duration idle() {
    long micros = batching.getMaxSequenceIdleMicroseconds();
    if (micros < 0 || micros > MOST_IDLE_MICROS) {
      problems.add(
          FIELD + "max_sequence_idle_microseconds",
          "was %s, expected at most %d".formatted(Long.toUnsignedString(micros), MOST_IDLE_MICROS));
      return USUAL_IDLE;
    }
    return micros == 0 ? USUAL_IDLE : Duration.of(micros, ChronoUnit.MICROS);
  }

  private List<State> states() {
    var states = new ArrayList<State>();
    for (int i = 0; i < batching.getStateCount(); i++) {
      states.add(state(FIELD + "state[%d]".formatted(i), batching.getState(i)));
    }
    problems.addIf(
        states.stream().map(State::input).distinct().count() < states.size(),
        FIELD + "state",
        "two have one input_name");
    return states;
  }

  private State state(String field, ModelSequenceBatching.State state) {
    problems.addIf(state.getInputName().isEmpty(), field + ".input_name", "is missing");
    problems.addIf(state.getOutputName().isEmpty(), field + ".output_name", "is missing");
    problems.addIf(
        state.getDimsList().stream().anyMatch(dimension -> dimension < -1),
        field + ".dims",
        "was %s, expected sizes, or -1 for any".formatted(state.getDimsList()));
    problems.addIf(
        state.getInitialStateList().stream().anyMatch(InitialState::hasDataFile),
        field + ".initial_state.data_file",
        "a sequence begins with zeros, expected zero_data");
    return new State(
        state.getInputName(), state.getOutputName(), withRows.apply(state.getDimsList()));
  }

  private List<Control> controls() {
    var controls = new ArrayList<Control>();
    for (int i = 0; i < batching.getControlInputCount(); i++) {
      var input = batching.getControlInput(i);
      var field = FIELD + "control_input[%d]".formatted(i);
      problems.addIf(input.getName().isEmpty(), field + ".name", "is missing");
      problems.addIf(
          input.getControlCount() != 1,
          field + ".control",
          "has %d, expected one control an input".formatted(input.getControlCount()));
      if (input.getControlCount() == 1) {
        controls.add(control(field + ".control[0]", input.getName(), input.getControl(0)));
      }
    }
    return controls;
  }

  private Control control(String field, String input, ModelSequenceBatching.Control control) {
    var kind = kind(control.getKind());
    if (kind == Control.Kind.ID) {
      return new Control(input, kind, 0, 0);
    }
    var values = values(control);
    if (values.size() != 2) {
      problems.add(
          field,
          "has %d values, expected the one for false and the one for true"
              .formatted(values.size()));
      return new Control(input, kind, 0, 1);
    }
    return new Control(input, kind, values.getFirst(), values.getLast());
  }

  private static List<Double> values(ModelSequenceBatching.Control control) {
    if (control.getInt32FalseTrueCount() > 0) {
      return control.getInt32FalseTrueList().stream().map(Integer::doubleValue).toList();
    }
    if (control.getFp32FalseTrueCount() > 0) {
      return control.getFp32FalseTrueList().stream().map(Float::doubleValue).toList();
    }
    return control.getBoolFalseTrueList().stream().map(value -> value ? 1.0 : 0.0).toList();
  }

  private static Control.Kind kind(ModelSequenceBatching.Control.Kind kind) {
    return switch (kind) {
      case CONTROL_SEQUENCE_START -> Control.Kind.START;
      case CONTROL_SEQUENCE_READY, UNRECOGNIZED -> Control.Kind.READY;
      case CONTROL_SEQUENCE_END -> Control.Kind.END;
      case CONTROL_SEQUENCE_CORRID -> Control.Kind.ID;
    };
  }
}
