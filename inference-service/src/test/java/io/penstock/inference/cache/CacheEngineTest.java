package io.penstock.inference.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.ModelFailed;
import io.penstock.inference.fixture.Asked;
import io.penstock.inference.fixture.HeldLane;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.lane.schedule.DispatchReason;
import io.penstock.inference.serving.VersionName;
import io.penstock.inference.serving.VersionStatistics;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CacheEngineTest {

  private static final long FAR = Duration.ofHours(1).toNanos();
  private static final ModelInterface MODEL =
      new ModelInterface(
          List.of(new TensorSpec("x", DataType.INT8, Shape.of(-1))),
          List.of(new TensorSpec("y", DataType.INT8, Shape.of(-1))),
          true);

  private final AtomicLong now = new AtomicLong();
  private final HeldLane lane = new HeldLane();
  private final VersionStatistics statistics = new VersionStatistics();
  private final ResponseCache cache =
      new ResponseCache(
          new CacheConfig(100_000, Duration.ofMinutes(1)), now::get, new SimpleMeterRegistry());
  private final Engine engine = engine("1");

  private Engine engine(String version) {
    return cache.around(new VersionName("m", version), lane, statistics);
  }

  @Test
  void equalRequest_isAnsweredFromMemory() {
    ask(1);
    lane.answer(tensor("y", 10));
    var again = ask(1);
    assertThat(again.answers).containsExactly(List.of(tensor("y", 10)));
    assertThat(again.executions.getFirst().reason()).isEqualTo(DispatchReason.CACHED);
    assertThat(lane.held()).isEmpty();
    ask(2);
    assertThat(lane.held()).hasSize(1);
    assertThat(statistics.cacheHits().count()).isEqualTo(1);
    assertThat(statistics.cacheMisses().count()).isEqualTo(1);
  }

  @Test
  void equalRequestsAtOnce_runOnce() {
    var first = ask(1);
    var second = ask(1);
    assertThat(lane.held()).hasSize(1);
    lane.answer(tensor("y", 10));
    assertThat(first.answers).hasSize(1);
    assertThat(second.answers).isEqualTo(first.answers);
  }

  @Test
  void oneInMoreOfAHurry_doesNotWaitForAnother() {
    ask(1);
    var hurried = Asked.until(inputs(1), 100);
    engine.submit(hurried);
    assertThat(lane.held()).hasSize(2);
    lane.answer(lane.held().getLast(), tensor("y", 10));
    assertThat(hurried.answers).hasSize(1);
  }

  @Test
  void theOthersOwnFailure_isNotTheirs_oneOfThemTakesOver() {
    var first = ask(1);
    var second = ask(1);
    var third = ask(1);
    engine.cancel(first);
    assertThat(first.failures).hasOnlyElementsOfType(Cancelled.class);
    assertThat(lane.held()).hasSize(1);
    lane.answer(tensor("y", 10));
    assertThat(second.answers).hasSize(1);
    assertThat(third.answers).hasSize(1);
  }

  @Test
  void refusedTakeOver_isToldToEach_once() {
    var first = ask(1);
    var second = ask(1);
    var third = ask(1);
    lane.refuse(new ModelFailed("m", "closed"));
    engine.cancel(first);
    for (var asked : List.of(first, second, third)) {
      assertThat(asked.ends()).isEqualTo(1);
    }
  }

  @Test
  void theModelsFailure_isAll_theirs_andNotKept() {
    var first = ask(1);
    var second = ask(1);
    lane.fail(new ModelFailed("m", "x"));
    assertThat(first.failures).hasSize(1);
    assertThat(second.failures).hasSize(1);
    ask(1);
    assertThat(lane.held()).hasSize(1);
  }

  @Test
  void cancelledFollower_leavesTheOthers() {
    var first = ask(1);
    var second = ask(1);
    engine.cancel(second);
    assertThat(second.failures).hasOnlyElementsOfType(Cancelled.class);
    lane.answer(tensor("y", 10));
    assertThat(first.answers).hasSize(1);
    assertThat(second.ends()).isEqualTo(1);
  }

  @Test
  void answers_growOld_andBelongToTheirVersion() {
    ask(1);
    lane.answer(tensor("y", 10));
    engine("2").submit(Asked.until(inputs(1), FAR));
    assertThat(lane.held()).as("another version").hasSize(1);
    lane.answer(tensor("y", 20));
    now.addAndGet(Duration.ofMinutes(2).toNanos());
    ask(1);
    assertThat(lane.held()).as("too old").hasSize(1);
  }

  @Test
  void equalBytesInAnotherShape_areAnotherRequest() {
    var flat = Tensor.packed("x", DataType.INT8, Shape.of(2, 2), ByteString.copyFrom(new byte[4]));
    var tall = Tensor.packed("x", DataType.INT8, Shape.of(4, 1), ByteString.copyFrom(new byte[4]));
    assertThat(RequestKey.of(1, new Inputs(List.of(flat), 2, "", 4)))
        .isNotEqualTo(RequestKey.of(1, new Inputs(List.of(tall), 4, "", 4)));
  }

  private Asked ask(int x) {
    var asked = Asked.until(inputs(x), FAR);
    engine.submit(asked);
    return asked;
  }

  private static Inputs inputs(int x) {
    return MODEL.accept(Map.of("x", tensor("x", x)));
  }

  private static Tensor tensor(String name, int value) {
    return Tensor.packed(
        name, DataType.INT8, Shape.of(1), ByteString.copyFrom(new byte[] {(byte) value}));
  }
}
