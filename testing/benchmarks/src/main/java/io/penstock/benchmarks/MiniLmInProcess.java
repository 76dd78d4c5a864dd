package io.penstock.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// MiniLM run by ONNX Runtime in this process as well as it can be: texts sorted by length, batches
/// made and bound beforehand, two threads on one session. The roof over any server.
final class MiniLmInProcess implements AutoCloseable {

  private static final int THREADS = 2;

  /// What came of one way to batch.
  record Pace(int batch, double textsPerSecond, double cpuMicrosPerText) {}

  private record Batch(Map<String, OnnxTensor> inputs, int texts) {}

  private record Share(long texts, long cpuNanos) {}

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  MiniLmInProcess(byte[] model) throws OrtException {
    try (var options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      session = environment.createSession(model, options);
    }
  }

  /// Runs all texts again and again for a while.
  Pace measure(MiniLmTexts texts, int size, Duration duration) throws Exception {
    var batches = batches(texts, size);
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      long start = System.nanoTime();
      var shares = new ArrayList<Callable<Share>>();
      for (int i = 0; i < THREADS; i++) {
        int first = i;
        shares.add(() -> run(batches, first, start + duration.toNanos()));
      }
      long done = 0;
      long cpu = 0;
      for (var share : threads.invokeAll(shares)) {
        done += share.get().texts();
        cpu += share.get().cpuNanos();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Pace(size, done / seconds, cpu / 1e3 / done);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      batches.forEach(batch -> batch.inputs().values().forEach(OnnxTensor::close));
    }
  }

  // Each thread goes its own way through the batches, so that both see all lengths.
  private Share run(List<Batch> batches, int first, long end) throws OrtException {
    var cpuTime = ManagementFactory.getThreadMXBean();
    long before = cpuTime.getCurrentThreadCpuTime();
    long texts = 0;
    for (int i = first; System.nanoTime() < end; i++) {
      var batch = batches.get((int) ((i * 7919L) % batches.size()));
      session.run(batch.inputs()).close();
      texts += batch.texts();
    }
    return new Share(texts, cpuTime.getCurrentThreadCpuTime() - before);
  }

  // Neighbours in length pad each other the least.
  private List<Batch> batches(MiniLmTexts texts, int size) throws OrtException {
    var sorted = texts.ids().stream().sorted(Comparator.comparingInt(text -> text.length)).toList();
    var batches = new ArrayList<Batch>();
    for (int at = 0; at < sorted.size(); at += size) {
      batches.add(batch(sorted.subList(at, Math.min(sorted.size(), at + size))));
    }
    return batches;
  }

  private Batch batch(List<long[]> texts) throws OrtException {
    int width = texts.getLast().length;
    var ids = direct(texts.size() * width);
    var mask = direct(texts.size() * width);
    for (int row = 0; row < texts.size(); row++) {
      for (int i = 0; i < texts.get(row).length; i++) {
        ids.put(row * width + i, texts.get(row)[i]);
        mask.put(row * width + i, 1);
      }
    }
    long[] shape = {texts.size(), width};
    return new Batch(
        Map.of(
            "input_ids", OnnxTensor.createTensor(environment, ids, shape),
            "attention_mask", OnnxTensor.createTensor(environment, mask, shape),
            "token_type_ids",
                OnnxTensor.createTensor(environment, direct(texts.size() * width), shape)),
        texts.size());
  }

  private static LongBuffer direct(int count) {
    return ByteBuffer.allocateDirect(count * Long.BYTES)
        .order(ByteOrder.nativeOrder())
        .asLongBuffer();
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
