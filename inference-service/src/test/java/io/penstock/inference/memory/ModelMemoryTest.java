package io.penstock.inference.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.inference.InferenceConfig;
import io.penstock.inference.InferenceConfig.DeviceChoice;
import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.DeadlinePassed;
import io.penstock.inference.InferenceFailure.ModelLoading;
import io.penstock.inference.InferenceFailure.ModelUnavailable;
import io.penstock.inference.InferenceFailure.QueueFull;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.lane.Execution;
import io.penstock.inference.lane.Job;
import io.penstock.inference.lane.LaneConfig;
import io.penstock.inference.lane.Lanes;
import io.penstock.inference.lane.Terms;
import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.ModelSource;
import io.penstock.inference.runtime.NativeHeap;
import io.penstock.inference.runtime.OnnxRuntime;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.runtime.RuntimeConfig;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.worker.ModelHost;
import io.penstock.inference.worker.WorkerConfig;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.service.ServiceName;
import io.penstock.testkit.Eventually;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A budget over real models of the runtime, before real lanes.
class ModelMemoryTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final int MEGABYTES = 8;
  private static final byte[] LARGE = OnnxModels.weights(MEGABYTES);

  @TempDir Path cache;

  private final AtomicLong skipped = new AtomicLong();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Lanes lanes =
      new Lanes(LaneConfig.defaults(), this::now, new ServiceName("inference"));
  private final AtomicInteger reads = new AtomicInteger();
  private volatile CountDownLatch reading = new CountDownLatch(0);
  private volatile boolean unreadable;
  private @Nullable ModelHost host;
  private @Nullable ModelMemory memory;

  private long now() {
    return System.nanoTime() + skipped.get();
  }

  private void budget(int megabytes, Duration linger) {
    var inference = new InferenceConfig(DeviceChoice.CPU, cache);
    var runtime = new OnnxRuntime(inference, RuntimeConfig.defaults());
    host =
        new ModelHost(
            runtime, inference, RuntimeConfig.defaults(), withoutProbation(), this::now, registry);
    memory =
        new ModelMemory(
            new MemoryConfig((long) megabytes << 20, linger, 2),
            host(),
            this::now,
            registry,
            new ServiceName("inference"));
  }

  private ModelHost host() {
    return Objects.requireNonNull(host);
  }

  private ModelMemory memory() {
    return Objects.requireNonNull(memory);
  }

  private static WorkerConfig withoutProbation() {
    var config = WorkerConfig.defaults();
    return new WorkerConfig(
        false,
        config.memory(),
        config.heap(),
        config.startTimeout(),
        config.probationTimeout(),
        config.idle(),
        config.stopTimeout());
  }

  @AfterEach
  void close() {
    reading.countDown();
    lanes.close();
    memory().close();
    host().close();
  }

  private final class Served implements AutoCloseable {
    final RunnableModel model;
    final Engine engine;

    Served(int number) throws ModelRefused, IOException, NoRoom {
      var name = "models/m/versions/" + number;
      model = memory().load(new ModelSource(name, "artifacts/" + number, false, this::read));
      engine = memory().around(name, lanes.open(name, model, (_, _, _, _) -> {}), model);
    }

    private ByteBuffer read(Arena arena) throws IOException {
      reads.incrementAndGet();
      try {
        assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (unreadable) {
        throw new IOException("the disk is gone");
      }
      return arena.allocate(LARGE.length, 8).asByteBuffer().put(LARGE).flip();
    }

    Asked ask(Duration patience) {
      var features = Tensor.packed("features", DataType.FP32, Shape.of(1, 1), OnnxModels.one());
      var asked =
          new Asked(
              model.shape().accept(Map.of("features", features)),
              Terms.until(now() + patience.toNanos()));
      engine.submit(asked);
      return asked;
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  private static final class Asked extends Job {
    final CompletableFuture<Object> end = new CompletableFuture<>();

    Asked(Inputs inputs, Terms terms) {
      super(inputs, terms);
    }

    @Override
    protected void answered(List<Tensor> outputs, Execution execution) {
      end.complete(outputs);
    }

    @Override
    protected void failed(InferenceFailure failure) {
      end.complete(failure);
    }

    Object end() throws Exception {
      return end.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void load_isMeasured() throws Exception {
    assumeTrue(NativeHeap.ofThisProcess().isKnown());
    budget(100, Duration.ZERO);
    var one = new Served(1);
    assertThat(one.model.bytes()).isBetween((long) (MEGABYTES * 1e6), (long) (MEGABYTES * 3e6));
    one.close();
    assertThat(memory().used()).isZero();
  }

  @Test
  void load_beyondTheBudget_takesOutWhatWasNotUsed_andItComesBack() throws Exception {
    budget(24, Duration.ZERO);
    var one = new Served(1);
    var two = new Served(2);
    skipped.addAndGet(MINUTE);
    assertThat(two.ask(SOON).end()).isInstanceOf(List.class);
    var three = new Served(3);
    assertThat(one.model.isInMemory()).isFalse();
    assertThat(one.model.bytes()).isZero();
    assertThat(two.model.isInMemory()).isTrue();
    skipped.addAndGet(MINUTE);
    assertThat(one.ask(SOON).end()).isInstanceOf(List.class);
    assertThat(one.model.isInMemory()).isTrue();
    assertThat(memory().used()).isLessThanOrEqualTo(24 << 20);
    assertThat(registry.counter("penstock.inference.memory.evictions").count()).isEqualTo(2);
    for (var served : List.of(one, two, three)) {
      served.close();
    }
  }

  @Test
  void load_whereAllIsInUse_isRefusedInWords() throws Exception {
    budget(24, Duration.ZERO);
    var one = new Served(1);
    var two = new Served(2);
    assertThatThrownBy(() -> new Served(3))
        .isInstanceOf(NoRoom.class)
        .hasMessageContaining("penstock.inference.memory.budget");
    assertThat(one.ask(SOON).end()).isInstanceOf(List.class);
    one.close();
    two.close();
  }

  @Test
  void ask_whileTheModelIsAway_loadsOnce_inOrderOfRoom() throws Exception {
    budget(24, Duration.ZERO);
    var one = evicted();
    int before = reads.get();
    reading = new CountDownLatch(1);
    var first = one.ask(SOON);
    var second = one.ask(SOON);
    assertThatThrownBy(() -> one.ask(SOON))
        .satisfies(e -> assertThat(failure(e)).isInstanceOf(QueueFull.class));
    assertThat(one.engine.queuedRows()).isEqualTo(2);
    reading.countDown();
    assertThat(first.end()).isInstanceOf(List.class);
    assertThat(second.end()).isInstanceOf(List.class);
    assertThat(reads.get()).isEqualTo(before + 1);
  }

  @Test
  void ask_whoseTimeIsShorterThanTheLoad_isRefusedAtOnce_andTheModelComesBackForTheNext()
      throws Exception {
    budget(24, Duration.ZERO);
    var one = evicted();
    assertThatThrownBy(() -> one.ask(Duration.ofNanos(1000)))
        .satisfies(e -> assertThat(failure(e)).isInstanceOf(ModelLoading.class));
    Eventually.become(SOON, one.model::isInMemory);
  }

  @Test
  void ask_thatExpiresOrIsCancelledWhileItWaits() throws Exception {
    budget(24, Duration.ZERO);
    var one = evicted();
    reading = new CountDownLatch(1);
    var expiring = one.ask(Duration.ofSeconds(1));
    var cancelled = one.ask(SOON);
    one.engine.cancel(cancelled);
    assertThat(cancelled.end()).isInstanceOf(Cancelled.class);
    assertThat(expiring.end()).isInstanceOf(DeadlinePassed.class);
  }

  @Test
  void ask_whereTheModelCannotComeBack() throws Exception {
    budget(24, Duration.ZERO);
    var one = evicted();
    unreadable = true;
    assertThat(one.ask(SOON).end())
        .isInstanceOfSatisfying(
            ModelUnavailable.class, f -> assertThat(f.detail()).contains("the disk is gone"));
    unreadable = false;
    assertThat(one.ask(SOON).end()).isInstanceOf(List.class);
  }

  private Served evicted() throws Exception {
    var one = new Served(1);
    var two = new Served(2);
    skipped.addAndGet(MINUTE);
    two.ask(SOON).end();
    new Served(3);
    assertThat(one.model.isInMemory()).isFalse();
    skipped.addAndGet(MINUTE);
    return one;
  }

  private static Object failure(Throwable thrown) {
    return ((FailureException) thrown).failure();
  }

  @Test
  void close_lingersForARollback_untilItsTimeIsUp() throws Exception {
    budget(100, Duration.ofMinutes(5));
    new Served(1).close();
    assertThat(memory().used()).isPositive();
    var again = new Served(1);
    assertThat(reads.get()).as("loaded once").isEqualTo(1);
    assertThat(again.ask(SOON).end()).isInstanceOf(List.class);
    again.close();
    skipped.addAndGet(6 * MINUTE);
    Eventually.become(SOON, () -> memory().used() == 0);
  }

  @Test
  void lingering_makesRoomForWhatIsServed() throws Exception {
    budget(24, Duration.ofMinutes(5));
    new Served(1).close();
    var two = new Served(2);
    var three = new Served(3);
    assertThat(two.model.isInMemory()).isTrue();
    assertThat(memory().used()).isLessThanOrEqualTo(24 << 20);
    two.close();
    three.close();
  }

  @Test
  void fiftyCycles_giveTheirMemoryBack() throws Exception {
    assumeTrue(NativeHeap.ofThisProcess().isKnown());
    budget(100, Duration.ZERO);
    for (int i = 0; i < 5; i++) {
      cycle();
    }
    long before = Resident.bytes();
    for (int i = 0; i < 50; i++) {
      cycle();
    }
    // One that leaked each time were 400 MB. The Java heap grows meanwhile, too.
    assertThat(Resident.bytes() - before).isLessThan(100 << 20);
  }

  private void cycle() throws Exception {
    var served = new Served(1);
    assertThat(served.ask(SOON).end()).isInstanceOf(List.class);
    served.close();
  }
}
