package io.penstock.inference.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.micronaut.context.annotation.Context;
import io.penstock.inference.InferenceConfig;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// ONNX Runtime in this process, on the device that was chosen at start.
@Context
public final class OnnxRuntime {

  private static final Logger log = LoggerFactory.getLogger(OnnxRuntime.class);

  private final RuntimeConfig config;
  private final OrtEnvironment environment;
  private final TensorFactory factory;
  private final SessionArena arena;
  private final NativeHeap heap = NativeHeap.ofThisProcess();
  // Loads go one by one: what the heap grows by belongs to the one model, and serving is disturbed
  // by one at most.
  private final ReentrantLock loading = new ReentrantLock();
  private final Device device;

  public OnnxRuntime(InferenceConfig inference, RuntimeConfig config) {
    this.config = config;
    heap.returnLargeBlocks();
    this.environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "penstock");
    this.factory = new TensorFactory(environment);
    this.arena = SessionArena.of(environment);
    this.device = Device.choose(inference.device(), cudaObstacle());
    log.info(
        "ONNX Runtime {} on {} ({})", environment.getVersion(), device.name(), device.reason());
  }

  public Device device() {
    return device;
  }

  /// The runtime and its version: what a model that it can run can be run by.
  public String description() {
    return "ONNX Runtime " + environment.getVersion();
  }

  /// Loads a model from a direct buffer that holds the whole file, and warms it. The buffer may go
  /// once this returns.
  public RunnableModel load(ByteBuffer file) throws ModelRefused {
    OnnxFile.check(file);
    loading.lock();
    try {
      long before = heap.inUse();
      var model = probed(open(file));
      // Others free memory meanwhile, too; less than its file no model takes.
      return model.loadedInto(Math.max(file.remaining(), heap.inUse() - before));
    } catch (OrtException e) {
      throw new ModelRefused("ONNX Runtime cannot load the model: " + e.getMessage(), e);
    } finally {
      loading.unlock();
    }
  }

  private OnnxModel open(ByteBuffer file) throws OrtException, ModelRefused {
    return OnnxModel.of(createSession(file), factory, config.runnerMemory(), arena);
  }

  private OrtSession createSession(ByteBuffer file) throws OrtException {
    try (var options = options()) {
      return environment.createSession(file, options);
    }
  }

  // A run uses its own thread and nothing else: parallelism comes from several runners, and nobody
  // spins.
  private SessionOptions options() throws OrtException {
    var options = new SessionOptions();
    options.setIntraOpNumThreads(config.intraOpThreads());
    options.setInterOpNumThreads(1);
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    options.addConfigEntry("session.inter_op.allow_spinning", "0");
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    if (device.cuda()) {
      addCuda(options);
    }
    return options;
  }

  private static OnnxModel probed(OnnxModel model) throws ModelRefused {
    try (var runner = model.openRunner()) {
      return model.withBatches(new BatchProbe(runner, model.shape()).batches());
    } catch (RunFailed e) {
      model.close();
      throw new ModelRefused("the model fails on its first run: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  // By options, even where there are none: builds that keep the provider in a library of its own
  // know no other way.
  private static void addCuda(SessionOptions options) throws OrtException {
    try (var cuda = new OrtCUDAProviderOptions()) {
      options.addCUDA(cuda);
    }
  }

  private static Optional<String> cudaObstacle() {
    if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      return Optional.of("this build of ONNX Runtime has no CUDA provider");
    }
    try (var options = new SessionOptions()) {
      addCuda(options);
      return Optional.empty();
    } catch (OrtException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
