package io.penstock.benchmarks;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.inference.InferenceConfig;
import io.penstock.inference.InferenceConfig.DeviceChoice;
import io.penstock.inference.memory.MemoryConfig;
import io.penstock.inference.memory.ModelMemory;
import io.penstock.inference.runtime.ModelSource;
import io.penstock.inference.runtime.OnnxRuntime;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.runtime.RuntimeConfig;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.worker.ModelHost;
import io.penstock.inference.worker.WorkerConfig;
import io.penstock.kit.service.ServiceName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// The part of inference-service that holds models, without the service around it.
final class ModelsInProcess implements AutoCloseable {

  private final ModelHost host;
  private final ModelMemory memory;

  /// @param linger how long a closed model stays in memory
  ModelsInProcess(Duration linger) throws Exception {
    this(linger, DeviceChoice.CPU);
  }

  ModelsInProcess(Duration linger, DeviceChoice device) throws Exception {
    Path home = Files.createTempDirectory("penstock-benchmark");
    var inference = new InferenceConfig(device, home);
    var runtime = RuntimeConfig.defaults();
    var registry = new SimpleMeterRegistry();
    host =
        new ModelHost(
            new OnnxRuntime(inference, runtime),
            inference,
            runtime,
            WorkerConfig.defaults(),
            System::nanoTime,
            registry);
    memory =
        new ModelMemory(
            new MemoryConfig(0, linger, 1024),
            host,
            System::nanoTime,
            registry,
            new ServiceName("inference"));
  }

  RunnableModel load(String name, boolean isolated, byte[] onnx) throws Exception {
    return memory.load(
        new ModelSource(
            "models/" + name + "/versions/1",
            "artifacts/" + name,
            isolated,
            arena -> arena.allocate(onnx.length, 8).asByteBuffer().put(onnx).flip()));
  }

  /// A request of so many rows of zeros for an [Mlp].
  static Inputs rows(RunnableModel model, int rows, int width) {
    var bytes = ByteString.copyFrom(new byte[rows * width * Float.BYTES]);
    var tensor = Tensor.packed("x", DataType.FP32, Shape.of(rows, width), bytes);
    return model.shape().accept(Map.of("x", tensor));
  }

  @Override
  public void close() {
    memory.close();
    host.close();
  }
}
