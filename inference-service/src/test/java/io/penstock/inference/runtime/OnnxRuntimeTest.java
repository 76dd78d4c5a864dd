package io.penstock.inference.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.penstock.inference.InferenceConfig;
import io.penstock.inference.InferenceConfig.DeviceChoice;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Numbers;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.proto.onnx.TensorProto;
import io.penstock.testkit.TestOnnx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxRuntimeTest {

  private static final long SEED = 7;
  private static final OnnxRuntime RUNTIME =
      new OnnxRuntime(
          new InferenceConfig(DeviceChoice.AUTO, Path.of("unused")), RuntimeConfig.defaults());

  @Test
  void device_withoutGpu() {
    assertThat(RUNTIME.device().name()).isEqualTo("cpu");
    assertThat(RUNTIME.device().reason()).contains("no CUDA provider");
    assertThatThrownBy(() -> Device.choose(DeviceChoice.CUDA, Optional.of("no card")))
        .hasMessageContaining("penstock.inference.device is cuda")
        .hasMessageContaining("no card");
  }

  @Test
  void run_batchesOfEverySize_giveTheAnswersOfSingles() throws Exception {
    float[] weights = {0.5f, -1, 2};
    try (var model = load(TestOnnx.logistic(0.1f, weights));
        var runner = model.openRunner()) {
      assertThat(model.shape().batches()).isTrue();
      var random = new Random(SEED);
      for (int round = 0; round < 300; round++) {
        var rows = new ArrayList<float[][]>();
        for (int i = random.nextInt(8); i >= 0; i--) {
          rows.add(randomRows(random, 1 + random.nextInt(20)));
        }
        var batch = rows.stream().map(r -> features(model.shape(), r)).toList();
        var answers = runner.run(batch);
        for (int i = 0; i < rows.size(); i++) {
          check(rows.get(i), weights, answers.get(i).getFirst());
        }
      }
    }
  }

  private static void check(float[][] rows, float[] weights, Tensor answer) {
    assertThat(answer.shape()).isEqualTo(Shape.of(rows.length, 1));
    var numbers = Numbers.of(answer);
    for (int row = 0; row < rows.length; row++) {
      assertThat((float) numbers.get(row))
          .isCloseTo(TestOnnx.expected(0.1f, weights, rows[row]), within(1e-5f));
    }
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void run_everyDatatype(DataType type) throws Exception {
    try (var model = load(OnnxModels.identity(onnx(type), -1, 3));
        var runner = model.openRunner()) {
      var first = model.shape().accept(Map.of("x", tensor(type, 2, 3, 1)));
      var second = model.shape().accept(Map.of("x", tensor(type, 1, 3, 2)));
      var answers = runner.run(List.of(first, second));
      assertThat(answers.getFirst().getFirst()).isEqualTo(tensor(type, 2, 3, 1).named("y"));
      assertThat(answers.getLast().getFirst()).isEqualTo(tensor(type, 1, 3, 2).named("y"));
    }
  }

  @Test
  void run_openShapes() throws Exception {
    try (var model = load(OnnxModels.sum());
        var runner = model.openRunner()) {
      var random = new Random(SEED);
      for (int round = 0; round < 200; round++) {
        var a = randomRows(random, 1 + random.nextInt(3));
        var tensor = matrix("a", a);
        var inputs = model.shape().accept(Map.of("a", tensor, "b", tensor.named("b")));
        var outputs = runner.run(List.of(inputs)).getFirst();
        assertThat(Numbers.of(outputs.getFirst()).get(0)).isEqualTo(2 * (double) a[0][0]);
        assertThat(Numbers.of(outputs.getLast()).get(0)).isZero();
      }
    }
  }

  @Test
  void run_scalarsAndEmptyTensors() throws Exception {
    try (var model = load(OnnxModels.identity(TensorProto.DataType.FLOAT));
        var runner = model.openRunner()) {
      var scalar = Tensor.packed("x", DataType.FP32, Shape.of(), Requests.floats(new float[] {4}));
      var answer = runner.run(List.of(model.shape().accept(Map.of("x", scalar))));
      assertThat(Numbers.of(answer.getFirst().getFirst()).get(0)).isEqualTo(4);
    }
    try (var model = load(OnnxModels.identity(TensorProto.DataType.FLOAT, -1, -1));
        var runner = model.openRunner()) {
      var empty = Tensor.packed("x", DataType.FP32, Shape.of(2, 0), ByteString.EMPTY);
      var answer = runner.run(List.of(model.shape().accept(Map.of("x", empty))));
      assertThat(answer.getFirst().getFirst().shape()).isEqualTo(Shape.of(2, 0));
    }
  }

  @Test
  void run_indexOutOfRange_isTheCallersFault_andTheRunnerGoesOn() throws Exception {
    try (var model = load(OnnxModels.lookup(3));
        var runner = model.openRunner()) {
      assertThatThrownBy(() -> runner.run(List.of(index(model.shape(), 7))))
          .isInstanceOfSatisfying(
              RunFailed.class, e -> assertThat(e.kind()).isEqualTo(RunFailed.Cause.INPUT));
      var answer = runner.run(List.of(index(model.shape(), 2)));
      assertThat(Numbers.of(answer.getFirst().getFirst()).get(0)).isEqualTo(20);
    }
  }

  @Test
  void run_stoppedFromOutside_failsAlone() throws Exception {
    try (var model = load(OnnxModels.slow(400));
        var runner = model.openRunner()) {
      var inputs = features(model.shape(), new float[1][1]);
      var stopper =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      Thread.sleep(30);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                    runner.terminate();
                  });
      assertThatThrownBy(() -> runner.run(List.of(inputs)))
          .isInstanceOfSatisfying(
              RunFailed.class, e -> assertThat(e.kind()).isEqualTo(RunFailed.Cause.TERMINATED));
      stopper.join();
      runner.terminate();
      assertThat(runner.run(List.of(inputs))).hasSize(1);
    }
  }

  @Test
  void load_modelThatMixesRows_doesNotBatch() throws Exception {
    try (var model = load(OnnxModels.meanOverRows())) {
      assertThat(model.shape().batches()).isFalse();
    }
  }

  @Test
  void load_textThatTheRuntimeCannotCarry() throws Exception {
    try (var model = load(OnnxModels.identity(TensorProto.DataType.STRING, -1));
        var runner = model.openRunner()) {
      for (var text : List.of("\0", "😀")) {
        var tensor = Tensor.texts("x", Shape.of(1), List.of(ByteString.copyFromUtf8(text)));
        assertThatThrownBy(() -> runner.run(List.of(model.shape().accept(Map.of("x", tensor)))))
            .isInstanceOf(RunFailed.class);
      }
    }
  }

  @Test
  void load_noModel() {
    assertThatThrownBy(() -> load(new byte[] {1, 2, 3})).isInstanceOf(ModelRefused.class);
    assertThatThrownBy(() -> load("<html></html>".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("no ONNX model");
    assertThatThrownBy(() -> load(TestOnnx.withUnknownOperator()))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("NoSuchOperator");
  }

  @Test
  void load_externalData() {
    assertThatThrownBy(() -> load(TestOnnx.withExternalData("../../../etc/passwd")))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("external");
  }

  @Test
  void load_anyMutation_neverEndsTheProcess() {
    var random = new Random(SEED);
    var good = TestOnnx.logistic(0, 1, 2, 3);
    int loaded = 0;
    for (int i = 0; i < 300; i++) {
      var bytes = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try (var model = load(bytes)) {
        loaded++;
      } catch (ModelRefused expected) {
        // The other good outcome.
      }
    }
    assertThat(loaded).as("seed %d", SEED).isBetween(1, 299);
  }

  private static RunnableModel load(byte[] onnx) throws ModelRefused {
    var file = ByteBuffer.allocateDirect(onnx.length).order(ByteOrder.nativeOrder());
    return RUNTIME.load(file.put(onnx).flip());
  }

  private static Inputs features(ModelInterface model, float[][] rows) {
    return model.accept(Map.of("features", matrix("features", rows)));
  }

  private static Inputs index(ModelInterface model, long value) {
    var bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).flip();
    return model.accept(
        Map.of(
            "index",
            Tensor.packed("index", DataType.INT64, Shape.of(1), ByteString.copyFrom(bytes))));
  }

  private static Tensor matrix(String name, float[][] rows) {
    return Tensor.packed(
        name, DataType.FP32, Shape.of(rows.length, rows[0].length), Requests.floats(rows));
  }

  private static float[][] randomRows(Random random, int count) {
    var rows = new float[count][3];
    for (var row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextFloat(-2, 2);
      }
    }
    return rows;
  }

  private static Tensor tensor(DataType type, int rows, int width, int value) {
    var shape = Shape.of(rows, width);
    if (type == DataType.BYTES) {
      var text = ByteString.copyFromUtf8("é" + value);
      return Tensor.texts(
          "x",
          shape,
          Stream.generate(() -> text).limit((long) rows * width).collect(Collectors.toList()));
    }
    var bytes = new byte[rows * width * type.size()];
    for (int i = 0; i < bytes.length; i += type.size()) {
      bytes[i] = (byte) (type == DataType.BOOL ? value % 2 : value);
    }
    return Tensor.packed("x", type, shape, ByteString.copyFrom(bytes));
  }

  private static TensorProto.DataType onnx(DataType type) {
    return switch (type) {
      case BOOL -> TensorProto.DataType.BOOL;
      case UINT8 -> TensorProto.DataType.UINT8;
      case UINT16 -> TensorProto.DataType.UINT16;
      case UINT32 -> TensorProto.DataType.UINT32;
      case UINT64 -> TensorProto.DataType.UINT64;
      case INT8 -> TensorProto.DataType.INT8;
      case INT16 -> TensorProto.DataType.INT16;
      case INT32 -> TensorProto.DataType.INT32;
      case INT64 -> TensorProto.DataType.INT64;
      case FP16 -> TensorProto.DataType.FLOAT16;
      case BF16 -> TensorProto.DataType.BFLOAT16;
      case FP32 -> TensorProto.DataType.FLOAT;
      case FP64 -> TensorProto.DataType.DOUBLE;
      case BYTES -> TensorProto.DataType.STRING;
    };
  }
}
