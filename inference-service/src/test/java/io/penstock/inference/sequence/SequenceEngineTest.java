package io.penstock.inference.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.DeadlinePassed;
import io.penstock.inference.InferenceFailure.ModelFailed;
import io.penstock.inference.InferenceFailure.SequenceInterrupted;
import io.penstock.inference.InferenceFailure.SequenceUnknown;
import io.penstock.inference.InferenceFailure.TooManySequences;
import io.penstock.inference.fixture.Asked;
import io.penstock.inference.fixture.HeldLane;
import io.penstock.inference.lane.Terms.SequenceStep;
import io.penstock.inference.serving.VersionConfig.Control;
import io.penstock.inference.serving.VersionConfig.Sequence;
import io.penstock.inference.serving.VersionConfig.State;
import io.penstock.inference.serving.VersionName;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Numbers;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import io.penstock.kit.failure.FailureException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SequenceEngineTest {

  private static final long FAR = Duration.ofHours(1).toNanos();
  private static final Sequence CONFIG =
      new Sequence(
          Duration.ofSeconds(1),
          2,
          List.of(new State("total", "total_out", List.of(-1L, 1L))),
          List.of(
              new Control("first", Control.Kind.START, 0, 1),
              new Control("id", Control.Kind.ID, 0, 0)));
  private static final ModelInterface MODEL =
      new ModelInterface(
          List.of(
              spec("x"),
              spec("total"),
              spec("first"),
              new TensorSpec("id", DataType.UINT64, Shape.of(-1, 1))),
          List.of(spec("y"), spec("total_out")),
          true);

  private final AtomicLong now = new AtomicLong();
  private final OpenSequences all =
      new OpenSequences(new SequenceConfig(1_000, 3), now::get, new SimpleMeterRegistry());
  private final HeldLane lane = new HeldLane();
  private final SequenceEngine engine = all.around(new VersionName("m", "1"), CONFIG, MODEL, lane);
  private final ModelInterface shape = all.shape(CONFIG, MODEL);

  @AfterEach
  void close() {
    engine.close();
    all.close();
  }

  @Test
  void callers_seeNeitherStateNorControls() {
    assertThat(shape.inputs()).extracting(TensorSpec::name).containsExactly("x");
    assertThat(shape.outputs()).extracting(TensorSpec::name).containsExactly("y");
  }

  @Test
  void steps_runOneAfterAnother_withTheStateOfTheLast() {
    var first = ask("7", true, false, 1);
    var second = ask("7", false, false, 2);
    assertThat(lane.held()).as("one at a time").hasSize(1);
    assertThat(given("total")).containsExactly(0);
    assertThat(given("first")).containsExactly(1);
    assertThat(given("id")).containsExactly(7);
    lane.answer(tensor("y", 1), tensor("total_out", 10));
    assertThat(first.answers.getFirst()).extracting(Tensor::name).containsExactly("y");
    assertThat(given("total")).containsExactly(10);
    assertThat(given("first")).containsExactly(0);
    lane.answer(tensor("y", 2), tensor("total_out", 20));
    assertThat(second.ends()).isEqualTo(1);
  }

  @Test
  void sequences_runBesideEachOther() {
    ask("1", true, false, 1);
    ask("2", true, false, 1);
    assertThat(lane.held()).hasSize(2);
  }

  @Test
  void unknownSequence_andOneThatEnded_areRefused() {
    refused(() -> ask("1", false, false, 1), SequenceUnknown.class);
    ask("1", true, true, 1);
    refused(() -> ask("1", false, false, 1), SequenceUnknown.class);
    lane.answer(tensor("y", 1), tensor("total_out", 1));
    refused(() -> ask("1", false, false, 1), SequenceUnknown.class);
    assertThatThrownBy(() -> engine.submit(Asked.until(inputs(1), FAR)))
        .hasMessageContaining("sequence_id");
  }

  @Test
  void failedStep_changesNothing_andInterruptsThoseBehind() {
    ask("1", true, false, 1);
    lane.answer(tensor("y", 1), tensor("total_out", 5));
    var failing = ask("1", false, false, 2);
    var behind = ask("1", false, true, 3);
    lane.fail(new ModelFailed("m", "x"));
    assertThat(failing.failures).hasOnlyElementsOfType(ModelFailed.class);
    assertThat(behind.failures).hasOnlyElementsOfType(SequenceInterrupted.class);
    var again = ask("1", false, true, 2);
    assertThat(given("total")).containsExactly(5);
    lane.answer(tensor("y", 1), tensor("total_out", 6));
    assertThat(again.answers).hasSize(1);
  }

  @Test
  void failedStart_leavesNoSequence() {
    ask("1", true, false, 1);
    lane.fail(new ModelFailed("m", "x"));
    refused(() -> ask("1", false, false, 1), SequenceUnknown.class);
  }

  @Test
  void refusedByTheLane_isToldOnce() {
    lane.refuse(new DeadlinePassed("m", "x"));
    var asked = ask("1", true, false, 1);
    assertThat(asked.failures).hasOnlyElementsOfType(DeadlinePassed.class);
    assertThat(asked.ends()).isEqualTo(1);
  }

  @Test
  void cancelledWhileItRuns_itsAnswerDoesNotCount() {
    ask("1", true, false, 1);
    lane.answer(tensor("y", 1), tensor("total_out", 5));
    var asked = ask("1", false, false, 2);
    var step = lane.held().getFirst();
    engine.cancel(asked);
    assertThat(asked.failures).hasOnlyElementsOfType(Cancelled.class);
    assertThat(lane.held()).doesNotContain(step);
    ask("1", false, false, 2);
    assertThat(given("total")).containsExactly(5);
  }

  @Test
  void cancelledWhileItWaits_takesThoseBehindWithIt() {
    var runs = ask("1", true, false, 1);
    var waits = ask("1", false, false, 2);
    var behind = ask("1", false, false, 3);
    engine.cancel(waits);
    assertThat(waits.failures).hasOnlyElementsOfType(Cancelled.class);
    assertThat(behind.failures).hasOnlyElementsOfType(SequenceInterrupted.class);
    lane.answer(tensor("y", 1), tensor("total_out", 5));
    assertThat(runs.answers).hasSize(1);
  }

  @Test
  void idleSequences_areForgotten_andOnlySoManyMayBeOpen() {
    ask("1", true, false, 1);
    ask("2", true, false, 1);
    refused(() -> ask("3", true, false, 1), TooManySequences.class);
    lane.answer(tensor("y", 1), tensor("total_out", 1));
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    refused(() -> ask("1", false, false, 1), SequenceUnknown.class);
    ask("3", true, false, 1);
    refused(() -> ask("4", true, false, 1), TooManySequences.class);
  }

  @Test
  void restart_beginsAnew_whatTheOldOneStillRunsDoesNotTouchIt() {
    var old = ask("1", true, false, 1);
    var anew = ask("1", true, false, 2);
    assertThat(lane.held()).hasSize(2);
    lane.answer(tensor("y", 1), tensor("total_out", 99));
    lane.answer(tensor("y", 2), tensor("total_out", 2));
    ask("1", false, false, 3);
    assertThat(given("total")).containsExactly(2);
    assertThat(old.answers).hasSize(1);
    assertThat(anew.answers).hasSize(1);
  }

  @Test
  void stepsThatWait_expire_andAreBounded() {
    ask("1", true, false, 1);
    var late = Asked.step(inputs(1), new SequenceStep("1", false, false), 100);
    engine.submit(late);
    ask("1", false, false, 1);
    ask("1", false, false, 1);
    refused(() -> ask("1", false, false, 1), InferenceFailure.QueueFull.class);
    now.set(200);
    engine.sweep();
    assertThat(late.failures).hasOnlyElementsOfType(DeadlinePassed.class);
  }

  @Test
  void anIdThatTheModelCannotTake_isRefused() {
    assertThatThrownBy(() -> ask("abc", true, false, 1)).hasMessageContaining("sequence_id");
    assertThat(lane.held()).isEmpty();
  }

  private Asked ask(String id, boolean start, boolean end, float x) {
    var asked = Asked.step(inputs(x), new SequenceStep(id, start, end), FAR);
    engine.submit(asked);
    return asked;
  }

  private io.penstock.inference.tensor.Inputs inputs(float x) {
    return shape.accept(Map.of("x", tensor("x", x)));
  }

  private double[] given(String name) {
    var tensor =
        lane.held().getFirst().inputs().tensors().stream()
            .filter(input -> input.name().equals(name))
            .findFirst()
            .orElseThrow();
    return new double[] {Numbers.of(tensor).get(0)};
  }

  private static TensorSpec spec(String name) {
    return new TensorSpec(name, DataType.FP32, Shape.of(-1, 1));
  }

  private static Tensor tensor(String name, float value) {
    var bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).flip();
    return Tensor.packed(name, DataType.FP32, Shape.of(1, 1), ByteString.copyFrom(bytes));
  }

  private static void refused(ThrowingCallable call, Class<? extends InferenceFailure> reason) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailureException.class, thrown -> assertThat(thrown.failure()).isInstanceOf(reason));
  }
}
