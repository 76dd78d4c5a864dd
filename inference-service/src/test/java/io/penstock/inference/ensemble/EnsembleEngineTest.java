package io.penstock.inference.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.DeadlinePassed;
import io.penstock.inference.InferenceFailure.ModelFailed;
import io.penstock.inference.InferenceFailure.StepFailed;
import io.penstock.inference.InferenceFailure.StepMismatch;
import io.penstock.inference.InferenceFailures;
import io.penstock.inference.lane.Execution;
import io.penstock.inference.lane.Job;
import io.penstock.inference.lane.Terms;
import io.penstock.inference.serving.VersionConfig.Step;
import io.penstock.inference.serving.VersionName;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.failure.FailureEncoder;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.failure.KitFailures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The engine among models that a test answers for.
class EnsembleEngineTest {

  private static final long SECOND = 1_000_000_000L;

  private final GraphFixture graphs = new GraphFixture();
  private final AskedParts parts = new AskedParts();
  private long now = 100 * SECOND;

  private EnsembleEngine engine() throws GraphRefused {
    return new EnsembleEngine(
        new VersionName("graph", "1"),
        new Plan(Graph.of(graphs.config())),
        graphs,
        parts,
        new StepFailures(
            new FailureEncoder(List.of(new InferenceFailures(), new KitFailures()), List.of())),
        () -> now,
        (_, _, _, _) -> {});
  }

  private void chain() {
    graphs.input("x", DataType.FP32, -1).output("z", DataType.FP32, -1);
    graphs.step("first", Map.of("in", "x"), Map.of("out", "y"));
    graphs.step("second", Map.of("in", "y"), Map.of("out", "z"));
    graphs.model("first", DataType.FP32, -1).model("second", DataType.FP32, -1);
  }

  @Test
  void chain_passesTensorsOn_withoutCopyingThem() throws GraphRefused {
    chain();
    var job = new Told(now + SECOND, column("x", 1, 2));
    engine().submit(job);
    assertThat(parts.of("first").given("in").bytes())
        .isSameAs(job.inputs().tensors().getFirst().bytes());
    var passed = column("out", 3, 4);
    parts.of("first").answer(5, passed);
    assertThat(parts.of("second").given("in").bytes()).isSameAs(passed.bytes());
    parts.of("second").answer(7, column("out", 5, 6));
    assertThat(job.outputs()).containsExactly(column("z", 5, 6));
    assertThat(job.execution().queueNanos()).isEqualTo(0);
  }

  @Test
  void queueTime_isThatOfTheLongestWay() throws GraphRefused {
    diamond();
    var job = new Told(now + SECOND, column("x", 1));
    engine().submit(job);
    now += 1_000;
    parts.of("left").answer(10, column("out", 1));
    parts.of("right").answer(70, column("out", 1));
    parts.of("join").answer(100, column("out", 1));
    assertThat(job.execution().queueNanos()).isEqualTo(170);
    assertThat(job.execution().computeNanos()).isEqualTo(830);
  }

  private void diamond() {
    graphs.input("x", DataType.FP32, -1).output("z", DataType.FP32, -1);
    graphs.step("join", Map.of("in", "a", "more", "b"), Map.of("out", "z"));
    graphs.step("left", Map.of("in", "x"), Map.of("out", "a"));
    graphs.step("right", Map.of("in", "x"), Map.of("out", "b"));
  }

  @Test
  void independentSteps_runAtOnce_andTheirTakerAfterBoth() throws GraphRefused {
    diamond();
    engine().submit(new Told(now + SECOND, column("x", 1)));
    assertThat(parts.models()).containsExactly("left", "right");
    parts.of("right").answer(0, column("out", 1));
    assertThat(parts.models()).hasSize(2);
    parts.of("left").answer(0, column("out", 2));
    assertThat(parts.models()).containsExactly("left", "right", "join");
  }

  @Test
  void share_isOfTheTimeThatIsLeft() throws GraphRefused {
    graphs.input("x", DataType.FP32, -1).output("z", DataType.FP32, -1);
    graphs.step(new Step("first", "", Map.of("in", "x"), Map.of("out", "y"), 0.5, ""));
    graphs.step(new Step("second", "7", Map.of("in", "y"), Map.of("out", "z"), 0, ""));
    long deadline = now + SECOND;
    engine().submit(new Told(deadline, column("x", 1)));
    assertThat(parts.of("first").part().terms().deadline()).isEqualTo(now + SECOND / 2);
    parts.of("first").answer(0, column("out", 1));
    assertThat(parts.of("second").part().terms().deadline()).isEqualTo(deadline);
    assertThat(parts.of("second").part().version()).isEqualTo("7");
  }

  @Test
  void stepThatFails_isNamed_andItsFaultKept() throws GraphRefused {
    chain();
    var job = new Told(now + SECOND, column("x", 1));
    engine().submit(job);
    parts.of("first").fail(new ModelFailed("models/first/versions/1", "boom"));
    assertThat(job.failure())
        .isInstanceOfSatisfying(
            StepFailed.class,
            failed -> {
              assertThat(failed.step()).isEqualTo("first");
              assertThat(failed.modelsFault()).isTrue();
              assertThat(InferenceFailures.toStatus(failed).message())
                  .isEqualTo(
                      "step 'first' of models/graph/versions/1 failed:"
                          + " models/first/versions/1 failed while it ran");
            });
    assertThat(parts.models()).containsExactly("first");
  }

  @Test
  void fallback_answersInPlaceOfAFailedStep_withAllTheTimeThatIsLeft() throws GraphRefused {
    withFallback();
    var job = new Told(now + SECOND, column("x", 1));
    engine().submit(job);
    parts.of("first").fail(new DeadlinePassed("models/first/versions/1", "in the queue"));
    assertThat(parts.of("spare").part().terms().deadline()).isEqualTo(now + SECOND);
    parts.of("spare").answer(0, column("out", 9));
    assertThat(job.outputs()).containsExactly(column("z", 9));
  }

  private void withFallback() {
    graphs.input("x", DataType.FP32, -1).output("z", DataType.FP32, -1);
    graphs.step(new Step("first", "", Map.of("in", "x"), Map.of("out", "z"), 0.3, "spare"));
    graphs.model("first", DataType.FP32, -1).model("spare", DataType.FP32, -1);
  }

  @Test
  void fallbackThatFails_isTheEnd() throws GraphRefused {
    withFallback();
    var job = new Told(now + SECOND, column("x", 1));
    engine().submit(job);
    parts.of("first").fail(new ModelFailed("models/first/versions/1", ""));
    parts.of("spare").fail(new ModelFailed("models/spare/versions/1", ""));
    assertThat(job.failure())
        .isInstanceOfSatisfying(StepFailed.class, f -> assertThat(f.step()).isEqualTo("spare"));
  }

  @Test
  void callersMistake_asksNoFallback() throws GraphRefused {
    withFallback();
    var job = new Told(now + SECOND, column("x", 1));
    engine().submit(job);
    parts.of("first").fail(InvalidArguments.of("inputs[0].shape", "too long"));
    assertThat(parts.models()).containsExactly("first");
    assertThat(job.failure()).isInstanceOf(StepFailed.class);
  }

  @Test
  void modelReplacedByAnotherForm_isTheGraphsMismatch_notTheCallersMistake() throws GraphRefused {
    chain();
    var job = new Told(now + SECOND, column("x", 1));
    var engine = engine();
    engine.submit(job);
    graphs.model("second", DataType.INT64, -1, 4);
    assertThat(engine.missing()).isPresent();
    parts.refuse("second", InvalidArguments.of("inputs[0].datatype", "was FP32"));
    parts.of("first").answer(0, column("out", 1));
    assertThat(job.failure())
        .isInstanceOfSatisfying(
            StepMismatch.class,
            mismatch -> assertThat(mismatch.detail()).contains("step 1 (second)"));
  }

  @Test
  void cancel_takesBackWhatRuns_andTellsTheJobOnce() throws GraphRefused {
    diamond();
    var engine = engine();
    var job = new Told(now + SECOND, column("x", 1));
    engine.submit(job);
    engine.cancel(job);
    assertThat(job.failure()).isInstanceOf(Cancelled.class);
    assertThat(parts.of("left").cancelled()).isTrue();
    assertThat(parts.of("right").cancelled()).isTrue();
    parts.of("left").answer(0, column("out", 1));
    parts.of("right").answer(0, column("out", 1));
    assertThat(parts.models()).hasSize(2);
    assertThat(job.ends()).isEqualTo(1);
    assertThat(engine.running()).isZero();
  }

  @Test
  void failure_takesBackTheOthers() throws GraphRefused {
    diamond();
    var job = new Told(now + SECOND, column("x", 1));
    engine().submit(job);
    parts.of("left").fail(new ModelFailed("models/left/versions/1", ""));
    assertThat(parts.of("right").cancelled()).isTrue();
    parts.of("right").fail(new Cancelled("models/right/versions/1"));
    assertThat(job.ends()).isEqualTo(1);
  }

  @Test
  void tooLate_isRefusedBeforeTheFirstStep() {
    chain();
    assertThatThrownBy(() -> engine().submit(new Told(now, column("x", 1))))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure()).isInstanceOf(DeadlinePassed.class));
  }

  private static Tensor column(String name, float... values) {
    var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return Tensor.packed(
        name, DataType.FP32, Shape.of(values.length), ByteString.copyFrom(bytes.flip()));
  }

  /// A request that remembers its end.
  private static final class Told extends Job {

    private final List<Object> ends = new ArrayList<>();
    private @Nullable List<Tensor> outputs;
    private @Nullable Execution execution;
    private @Nullable InferenceFailure failure;

    Told(long deadline, Tensor input) {
      super(new Inputs(List.of(input), 1, "key", 4), Terms.until(deadline));
    }

    @Override
    protected void answered(List<Tensor> outputs, Execution execution) {
      this.outputs = outputs;
      this.execution = execution;
      ends.add(outputs);
    }

    @Override
    protected void failed(InferenceFailure failure) {
      this.failure = failure;
      ends.add(failure);
    }

    List<Tensor> outputs() {
      return Objects.requireNonNull(outputs);
    }

    Execution execution() {
      return Objects.requireNonNull(execution);
    }

    InferenceFailure failure() {
      return Objects.requireNonNull(failure);
    }

    int ends() {
      return ends.size();
    }
  }
}
