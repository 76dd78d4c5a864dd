package io.penstock.inference.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.Cancelled;
import io.penstock.inference.InferenceFailure.CannotMeetDeadline;
import io.penstock.inference.InferenceFailure.DeadlinePassed;
import io.penstock.inference.InferenceFailure.InputRejected;
import io.penstock.inference.InferenceFailure.ModelFailed;
import io.penstock.inference.InferenceFailure.QueueFull;
import io.penstock.inference.InferenceFailure.RunTimedOut;
import io.penstock.inference.lane.schedule.DispatchReason;
import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.RunFailed;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.service.ServiceName;
import io.penstock.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  private final HeldModel model = new HeldModel();
  private final Lanes lanes =
      new Lanes(config(Duration.ofMillis(500)), System::nanoTime, new ServiceName("inference"));
  private final Lane lane = lanes.open("models/m/versions/1", model, (_, _, _, _) -> {});

  @AfterEach
  void close() {
    model.letAllThrough();
    lane.close();
    lanes.close();
  }

  private static LaneConfig config(Duration runTimeout) {
    return new LaneConfig(1, 4, 3, 1 << 20, 1, Duration.ofSeconds(5), runTimeout);
  }

  @Test
  void submit_toAnIdleLane() throws Exception {
    model.letAllThrough();
    assertThat(submit(1, LONG).execution().batchSize()).isEqualTo(1);
    // Until the runner is back at the queue it still counts as busy.
    Eventually.become(LONG, () -> submit(1, LONG).execution().reason() == DispatchReason.IDLE);
  }

  @Test
  void submit_whileTheRunnerIsBusy_gathersABatch() throws Exception {
    var first = submit(1, LONG);
    model.awaitRun();
    var second = submit(2, LONG);
    var third = submit(1, LONG);
    model.letAllThrough();
    assertThat(first.execution().batchSize()).isEqualTo(1);
    assertThat(second.execution().started()).isEqualTo(third.execution().started());
    assertThat(second.execution().batchRows()).isEqualTo(3);
    assertThat(second.execution().reason()).isEqualTo(DispatchReason.BACKLOG);
  }

  @Test
  void submit_beyondTheLimit() throws Exception {
    submit(1, LONG);
    model.awaitRun();
    submit(1, LONG);
    submit(1, LONG);
    submit(1, LONG);
    assertThatThrownBy(() -> submit(1, LONG))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure()).isInstanceOf(QueueFull.class));
  }

  @Test
  void submit_tooLate() {
    assertThatThrownBy(() -> submit(1, Duration.ZERO))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure()).isInstanceOf(DeadlinePassed.class));
  }

  @Test
  void deadline_passesInTheQueue() throws Exception {
    submit(1, LONG);
    model.awaitRun();
    var late = submit(1, Duration.ofMillis(20));
    assertThat(late.failure()).isInstanceOf(DeadlinePassed.class);
    assertThat(model.runs.get()).isEqualTo(1);
  }

  @Test
  void cancel_takesOutOfTheQueue() throws Exception {
    submit(1, LONG);
    model.awaitRun();
    var job = submit(1, LONG);
    lane.cancel(job);
    assertThat(job.failure()).isInstanceOf(Cancelled.class);
    assertThat(lane.queuedRows()).isZero();
  }

  @Test
  void run_thatDoesNotEnd_isStopped() throws Exception {
    assertThat(submit(1, LONG).failure()).isInstanceOf(RunTimedOut.class);
  }

  @Test
  void run_thatFails_isIsolated() throws Exception {
    submit(1, LONG);
    model.awaitRun();
    model.refuse(2);
    var good = submit(1, LONG);
    var bad = submit(2, LONG);
    model.letAllThrough();
    assertThat(good.execution().reason()).isEqualTo(DispatchReason.ISOLATED);
    assertThat(bad.failure()).isInstanceOf(InputRejected.class);
  }

  @Test
  void run_thatBreaks_failsAndGoesOn() throws Exception {
    model.letAllThrough();
    model.breakOn(3);
    assertThat(submit(3, LONG).failure()).isInstanceOf(ModelFailed.class);
    assertThat(submit(1, LONG).execution().batchSize()).isEqualTo(1);
  }

  @Test
  void shadow_waitsForQuiet_andIsDroppedFirst() throws Exception {
    var request = submit(1, LONG);
    model.awaitRun();
    var shadow = shadow(1);
    assertThatThrownBy(() -> shadow(1)).isInstanceOf(FailureException.class);
    var other = submit(1, LONG);
    model.letAllThrough();
    assertThat(request.execution().finished()).isLessThan(other.execution().finished());
    assertThat(shadow.execution().started()).isGreaterThan(other.execution().finished());
  }

  @Test
  void run_thatIgnoresBeingStopped_isGivenUp_andOthersAreServed() throws Exception {
    model.ignoreStops();
    var other = new HeldModel();
    var neighbour = lanes.open("models/n/versions/1", other, (_, _, _, _) -> {});
    var hung = submit(1, LONG);
    model.awaitRun();
    other.letAllThrough();
    var served = new TestJob(1, System.nanoTime() + LONG.toNanos(), false);
    neighbour.submit(served);
    assertThat(served.execution().batchSize()).as("the only runner hangs").isEqualTo(1);
    assertThat(hung.failure()).isInstanceOf(RunTimedOut.class);
    Eventually.become(LONG, () -> lane.pending() == 0);
    neighbour.close();
  }

  @Test
  void submit_whatCannotBeInTime_isRefusedAtOnce() throws Exception {
    model.takes(Duration.ofMillis(5));
    for (int i = 0; i < 5; i++) {
      submit(1, LONG).execution();
    }
    Eventually.become(LONG, () -> isRefused(Duration.ofMillis(2)));
    // Now and then one is tried all the same.
    Eventually.become(LONG, () -> !isRefused(Duration.ofMillis(2)));
  }

  private boolean isRefused(Duration time) {
    try {
      submit(1, time);
      return false;
    } catch (FailureException e) {
      return e.failure() instanceof CannotMeetDeadline;
    }
  }

  @Test
  void everyJob_hasOneEnd_whateverHappens() throws Exception {
    model.letAllThrough();
    model.refuse(3);
    var random = new Random(42);
    var jobs = new ArrayList<TestJob>();
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      var time = random.nextInt(10) == 0 ? Duration.ofNanos(50_000) : LONG;
      var job =
          new TestJob(
              1 + random.nextInt(3), System.nanoTime() + time.toNanos(), random.nextInt(5) == 0);
      try {
        lane.submit(job);
        jobs.add(job);
      } catch (FailureException e) {
        refused++;
      }
      if (random.nextInt(4) == 0 && !jobs.isEmpty()) {
        lane.cancel(jobs.get(random.nextInt(jobs.size())));
      }
    }
    lane.close();
    assertThat(jobs).allMatch(TestJob::isDone);
    assertThat(jobs.size() + refused).isEqualTo(20_000);
    assertThat(lane.pending()).isZero();
    assertThat(lane.queuedRows()).isZero();
  }

  @Test
  void manyLanes_shareTheRunners() throws Exception {
    var many = new ArrayList<Lane>();
    for (int i = 0; i < 300; i++) {
      var quick = new HeldModel();
      quick.letAllThrough();
      many.add(lanes.open("models/m" + i + "/versions/1", quick, (_, _, _, _) -> {}));
    }
    for (var each : many) {
      var job = new TestJob(1, System.nanoTime() + LONG.toNanos(), false);
      each.submit(job);
      job.execution();
    }
    long threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("runner"))
            .count();
    assertThat(threads).isLessThan(20);
    many.forEach(Lane::close);
  }

  @Test
  void close_underLoad_tellsEverybody() throws Exception {
    var running = submit(1, LONG);
    model.awaitRun();
    var waiting = submit(1, LONG);
    var copy = shadow(1);
    var closing = Thread.ofPlatform().start(lane::close);
    Eventually.become(LONG, () -> refusesAsClosed());
    model.letAllThrough();
    closing.join();
    assertThat(List.of(running, waiting, copy)).allMatch(TestJob::isDone);
    assertThat(model.openRunners.get()).isZero();
  }

  private boolean refusesAsClosed() {
    try {
      submit(1, LONG);
      return false;
    } catch (IllegalStateException closed) {
      return true;
    } catch (FailureException full) {
      return false;
    }
  }

  @Test
  void close_endsTheModel() throws Exception {
    model.letAllThrough();
    submit(1, LONG).execution();
    lane.close();
    assertThat(model.closed.getCount()).isZero();
    assertThat(model.openRunners.get()).isZero();
  }

  private TestJob submit(int rows, Duration time) {
    return submit(new TestJob(rows, System.nanoTime() + time.toNanos(), false));
  }

  private TestJob shadow(int rows) {
    return submit(new TestJob(rows, System.nanoTime() + LONG.toNanos(), true));
  }

  private TestJob submit(TestJob job) {
    lane.submit(job);
    return job;
  }

  private static final class TestJob extends Job {

    private final CompletableFuture<Execution> execution = new CompletableFuture<>();
    private final CompletableFuture<InferenceFailure> failure = new CompletableFuture<>();

    TestJob(int rows, long deadline, boolean shadow) {
      super(inputs(rows), new Terms(deadline, 0, shadow, Optional.empty()));
    }

    private static Inputs inputs(int rows) {
      var bytes = ByteString.copyFrom(new byte[rows]);
      return model().accept(Map.of("x", Tensor.packed("x", DataType.INT8, Shape.of(rows), bytes)));
    }

    @Override
    protected void answered(List<Tensor> outputs, Execution how) {
      assertThat(execution.complete(how)).as("told once").isTrue();
    }

    @Override
    protected void failed(InferenceFailure why) {
      assertThat(failure.complete(why)).as("told once").isTrue();
    }

    boolean isDone() {
      return execution.isDone() ^ failure.isDone();
    }

    Execution execution() throws Exception {
      return execution.get(10, TimeUnit.SECONDS);
    }

    InferenceFailure failure() throws Exception {
      return failure.get(10, TimeUnit.SECONDS);
    }
  }

  private static ModelInterface model() {
    var x = new TensorSpec("x", DataType.INT8, Shape.of(Shape.ANY));
    return new ModelInterface(List.of(x), List.of(x), true);
  }

  /// A model whose runs wait until they are let through, or are told to stop.
  private static final class HeldModel implements RunnableModel {

    private final Semaphore started = new Semaphore(0);
    private final CountDownLatch through = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicInteger openRunners = new AtomicInteger();
    private volatile Duration pace = Duration.ZERO;
    private volatile boolean stoppable = true;
    private final List<Integer> refused = new CopyOnWriteArrayList<>();
    private final List<Integer> breaking = new CopyOnWriteArrayList<>();

    void awaitRun() throws InterruptedException {
      assertThat(started.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    }

    void letAllThrough() {
      through.countDown();
    }

    void takes(Duration time) {
      pace = time;
      through.countDown();
    }

    void ignoreStops() {
      stoppable = false;
    }

    void refuse(int rows) {
      refused.add(rows);
    }

    void breakOn(int rows) {
      breaking.add(rows);
    }

    @Override
    public ModelInterface shape() {
      return model();
    }

    @Override
    public ModelRunner openRunner() {
      openRunners.incrementAndGet();
      return new Runner();
    }

    @Override
    public void close() {
      closed.countDown();
    }

    private final class Runner implements ModelRunner {

      private volatile @Nullable Thread running;

      @Override
      public List<List<Tensor>> run(List<Inputs> batch) throws RunFailed {
        runs.incrementAndGet();
        running = Thread.currentThread();
        started.release();
        try {
          through.await();
          Thread.sleep(pace);
        } catch (InterruptedException e) {
          throw new RunFailed(RunFailed.Cause.TERMINATED, "stopped");
        }
        if (batch.stream().anyMatch(inputs -> breaking.contains(inputs.rows()))) {
          throw new IllegalStateException("broken");
        }
        if (batch.stream().anyMatch(inputs -> refused.contains(inputs.rows()))) {
          throw new RunFailed(RunFailed.Cause.INPUT, "no such index");
        }
        return batch.stream().map(Inputs::tensors).toList();
      }

      @Override
      public void terminate() {
        var thread = running;
        if (thread != null && stoppable) {
          thread.interrupt();
        }
      }

      @Override
      public void close() {
        openRunners.decrementAndGet();
      }
    }
  }
}
