package io.penstock.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.inference.InferenceConfig;
import io.penstock.inference.InferenceConfig.DeviceChoice;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.ModelSource;
import io.penstock.inference.runtime.OnnxRuntime;
import io.penstock.inference.runtime.RunFailed;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.runtime.RuntimeConfig;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real worker processes, and what models do to them.
class WorkerIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final long MEMORY = 400 << 20;

  @TempDir Path cache;

  private @Nullable ModelHost host;

  private ModelHost host() {
    return Objects.requireNonNull(host);
  }

  private void host(Duration probation) {
    var inference = new InferenceConfig(DeviceChoice.CPU, cache);
    var config =
        new WorkerConfig(
            true,
            MEMORY,
            64 << 20,
            SOON,
            probation,
            Duration.ofSeconds(60),
            Duration.ofMillis(300));
    host =
        new ModelHost(
            new OnnxRuntime(inference, RuntimeConfig.defaults()),
            inference,
            RuntimeConfig.defaults(),
            config,
            System::nanoTime,
            new SimpleMeterRegistry());
  }

  @AfterEach
  void close() {
    host().close();
    assertThat(workers()).isEmpty();
  }

  private static List<ProcessHandle> workers() {
    return ProcessHandle.current()
        .children()
        .filter(child -> command(child).contains(WorkerMain.class.getName()))
        .toList();
  }

  // ProcessHandle.Info cuts long command lines off.
  private static List<String> command(ProcessHandle process) {
    try {
      return List.of(
          Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline")).split("\0"));
    } catch (IOException e) {
      return List.of();
    }
  }

  private RunnableModel open(String artifact, boolean isolated, byte[] onnx) throws ModelRefused {
    var file = ByteBuffer.allocateDirect(onnx.length).put(onnx).flip();
    var source =
        new ModelSource("models/m/versions/1", "artifacts/" + artifact, isolated, _ -> file);
    return host().open(source, file.duplicate());
  }

  private static Inputs features(RunnableModel model, float... values) {
    var bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    var tensor =
        Tensor.packed(
            "features",
            DataType.FP32,
            Shape.of(1, values.length),
            ByteString.copyFrom(bytes.flip()));
    return model.shape().accept(Map.of("features", tensor));
  }

  @Test
  void probation_ofAModelThatBehaves_isOnceForAnArtifact() throws Exception {
    host(SOON);
    open("good", false, TestOnnx.logistic(0, 1, 2)).close();
    assertThat(workers()).hasSize(1);
    var first = workers().getFirst().pid();
    open("better", false, TestOnnx.logistic(1, 1, 2)).close();
    assertThat(workers()).extracting(ProcessHandle::pid).containsExactly(first);
    host().close();
    host(SOON);
    open("good", false, TestOnnx.logistic(0, 1, 2)).close();
    assertThat(workers()).as("remembered").isEmpty();
  }

  @Test
  void probation_ofAModelThatCrashes_refusesItInWords_andOthersPass() throws Exception {
    host(SOON);
    var crash = CompletableFuture.runAsync(this::crashTheWorker);
    assertThatThrownBy(() -> open("bad", false, OnnxModels.slow(2000)))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("on trial")
        .hasMessageContaining("crashed in native code");
    crash.get(20, TimeUnit.SECONDS);
    assertThatThrownBy(() -> open("bad", false, OnnxModels.slow(2000)))
        .as("not tried again")
        .isInstanceOf(ModelRefused.class);
    open("good", false, TestOnnx.logistic(0, 1, 2)).close();
  }

  @Test
  void probation_inAProcessThatLivesAndDoesNotAnswer_blamesNoModel() throws Exception {
    host(SOON);
    open("first", false, TestOnnx.logistic(0, 1, 2)).close();
    var deaf = workers().getFirst();
    Files.delete(socketOf(deaf));
    assertThatThrownBy(() -> open("second", false, TestOnnx.logistic(1, 1, 2)))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("try again");
    open("second", false, TestOnnx.logistic(1, 1, 2)).close();
    assertThat(workers()).extracting(ProcessHandle::pid).doesNotContain(deaf.pid());
  }

  // As native code does that reads where nothing is: the kernel sends the same signal.
  private void crashTheWorker() {
    try {
      Eventually.become(SOON, () -> workers().size() == 1 && listens(workers().getFirst()));
      TimeUnit.MILLISECONDS.sleep(500);
      new ProcessBuilder("kill", "-SEGV", Long.toString(workers().getFirst().pid()))
          .start()
          .waitFor();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean listens(ProcessHandle worker) {
    return Files.exists(socketOf(worker));
  }

  private static Path socketOf(ProcessHandle worker) {
    return command(worker).stream()
        .filter(word -> word.endsWith("/socket"))
        .findFirst()
        .map(Path::of)
        .orElse(Path.of("no such process"));
  }

  @Test
  void probation_ofAModelThatTakesTooLong() {
    host(Duration.ofMillis(500));
    assertThatThrownBy(() -> open("slow", false, OnnxModels.slow(5000)))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("it took longer than");
  }

  @Test
  void probation_ofAModelThatIsTooLarge() {
    host(SOON);
    assertThatThrownBy(() -> open("large", false, OnnxModels.weights(300)))
        .isInstanceOf(ModelRefused.class);
  }

  @Test
  void isolated_answersAsOneThatIsNot() throws Exception {
    host(SOON);
    var model = open("good", true, TestOnnx.logistic(0.5f, 1, 2));
    try (var runner = model.openRunner()) {
      var answers = runner.run(List.of(features(model, 1, 2), features(model, 3, 4)));
      assertThat(answers).hasSize(2);
      for (int i = 0; i < 2; i++) {
        float[] row = i == 0 ? new float[] {1, 2} : new float[] {3, 4};
        assertThat(number(answers.get(i).getFirst()))
            .isEqualTo(TestOnnx.expected(0.5f, new float[] {1, 2}, row));
      }
    }
    assertThat(model.shape().batches()).isTrue();
    assertThat(model.bytes()).isGreaterThan(10 << 20);
    model.close();
  }

  private static float number(Tensor tensor) {
    return tensor.bytes().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getFloat();
  }

  @Test
  void isolated_thatCrashes_failsItsRuns_andRunsAgainInANewProcess() throws Exception {
    host(SOON);
    var model = open("counting", true, OnnxModels.counting());
    try (var runner = model.openRunner()) {
      assertThat(runner.run(List.of(features(model, 10)))).hasSize(1);
      var crash =
          CompletableFuture.runAsync(
              this::crashTheWorker, CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
      assertThatThrownBy(() -> runner.run(List.of(features(model, 1e9f))))
          .isInstanceOfSatisfying(
              RunFailed.class, e -> assertThat(e.kind()).isEqualTo(RunFailed.Cause.MODEL))
          .hasMessageContaining("crashed in native code");
      crash.get(20, TimeUnit.SECONDS);
      Eventually.become(SOON, () -> runs(model, runner));
    }
    model.close();
  }

  private static boolean runs(RunnableModel model, ModelRunner runner) {
    try {
      return runner.run(List.of(features(model, 10))).size() == 1;
    } catch (RunFailed e) {
      return false;
    }
  }

  @Test
  void isolated_thatHangs_stopsWhenToldTo() throws Exception {
    host(SOON);
    var model = open("counting", true, OnnxModels.counting());
    var before = workers();
    try (var runner = model.openRunner()) {
      CompletableFuture.runAsync(
          runner::terminate, CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
      assertThatThrownBy(() -> runner.run(List.of(features(model, 1e9f))))
          .isInstanceOfSatisfying(
              RunFailed.class, e -> assertThat(e.kind()).isEqualTo(RunFailed.Cause.TERMINATED));
      assertThat(runner.run(List.of(features(model, 10)))).hasSize(1);
    }
    assertThat(workers()).as("the same process").isEqualTo(before);
    model.close();
  }

  @Test
  void isolated_thatCannotBeStopped_losesItsProcess() throws Exception {
    host(SOON);
    var model = open("unstoppable", true, OnnxModels.unstoppable());
    try (var runner = model.openRunner()) {
      CompletableFuture.runAsync(
          runner::terminate, CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
      // 5,000³ multiplications, and 200 MB: seconds in one step of the runtime.
      assertThatThrownBy(() -> runner.run(List.of(features(model, 5000))))
          .isInstanceOfSatisfying(
              RunFailed.class, e -> assertThat(e.kind()).isEqualTo(RunFailed.Cause.TERMINATED));
      Eventually.become(SOON, () -> runs(model, runner));
    }
    model.close();
  }

  @Test
  void isolated_thatWantsTooMuchMemory_failsThatRun_andOnlyThat() throws Exception {
    host(SOON);
    var model = open("greedy", true, OnnxModels.greedy());
    var before = workers();
    try (var runner = model.openRunner()) {
      assertThatThrownBy(() -> runner.run(List.of(features(model, 2000))))
          .isInstanceOfSatisfying(
              RunFailed.class, e -> assertThat(e.kind()).isEqualTo(RunFailed.Cause.MODEL));
      assertThat(runner.run(List.of(features(model, 10)))).hasSize(1);
    }
    assertThat(workers()).as("the same process").isEqualTo(before);
    model.close();
  }

  @Test
  void parentThatIsKilled_leavesNoOrphan() throws Exception {
    host(SOON);
    var parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var said = parent.inputReader()) {
      long pid = Long.parseLong(said.readLine());
      var worker = ProcessHandle.of(pid).orElseThrow();
      var socket = command(worker).stream().filter(word -> word.endsWith("/socket")).findFirst();
      assertThat(socket).isPresent();
      parent.destroyForcibly().waitFor();
      Eventually.become(SOON, () -> !worker.isAlive());
      Eventually.become(SOON, () -> !Files.exists(Path.of(socket.get()).getParent()));
    } finally {
      parent.destroyForcibly();
    }
  }
}
