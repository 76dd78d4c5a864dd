package io.penstock.inference.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.inference.InferenceConfig;
import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.ModelSource;
import io.penstock.inference.runtime.OnnxRuntime;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.runtime.RuntimeConfig;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.Ticker;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Decides in which process a model runs, and brings it there. One that was never seen is tried in
/// a worker process first; what behaves there may come into this one. One that is marked as
/// isolated stays outside.
@Singleton
public final class ModelHost implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration TIDY = Duration.ofSeconds(5);
  private static final Backoff BACKOFF = new Backoff(TICK, Duration.ofSeconds(5));

  private final OnnxRuntime runtime;
  private final WorkerConfig config;
  private final RuntimeConfig runtimeConfig;
  private final Ticker ticker;
  private final Probation probation;
  private final WorkerMeters meters;
  private final Set<IsolatedModel> isolated = ConcurrentHashMap.newKeySet();
  private final BackgroundLoop tending;
  private final BackgroundLoop tidying;

  public ModelHost(
      OnnxRuntime runtime,
      InferenceConfig inference,
      RuntimeConfig runtimeConfig,
      WorkerConfig config,
      Ticker ticker,
      MeterRegistry registry) {
    this.runtime = runtime;
    this.config = config;
    this.runtimeConfig = runtimeConfig;
    this.ticker = ticker;
    this.meters = new WorkerMeters(registry, isolated::size);
    var verdicts =
        new Verdicts(inference.cacheDirectory().resolve("verdicts"), runtime.description());
    this.probation = new Probation(config, runtimeConfig, verdicts, ticker);
    this.tending = BackgroundLoop.start("worker watch", BACKOFF, this::tend);
    this.tidying = BackgroundLoop.start("worker tidying", BACKOFF, this::tidy);
  }

  /// Loads a model from a direct buffer that holds the whole file, and warms it. The buffer may go
  /// once this returns.
  public RunnableModel open(ModelSource source, ByteBuffer file) throws ModelRefused {
    if (source.isolated()) {
      return openOutside(source, file);
    }
    if (config.probation()) {
      tryOut(source, file);
    }
    return runtime.load(file);
  }

  private void tryOut(ModelSource source, ByteBuffer file) throws ModelRefused {
    try {
      probation.check(source, file);
    } catch (ModelRefused e) {
      meters.refused();
      throw e;
    }
  }

  private RunnableModel openOutside(ModelSource source, ByteBuffer file) throws ModelRefused {
    return openOutside(source, file, new ServedLife(source.version()));
  }

  /// Loads a model for somebody who wants to know what it answers, and serves nothing: into a
  /// process of its own that goes after all that serves, and is not started again. That process
  /// ends when the model is closed, whatever it is doing.
  public RunnableModel openApart(ModelSource source, ByteBuffer file) throws ModelRefused {
    return openOutside(source, file, new LifeApart());
  }

  private RunnableModel openOutside(ModelSource source, ByteBuffer file, Life life)
      throws ModelRefused {
    var model = IsolatedModel.load(source, file, life);
    isolated.add(model);
    return model;
  }

  /// What any isolated model needs of its host.
  private abstract class Life implements IsolatedModel.Host {

    @Override
    public WorkerConfig config() {
      return config;
    }

    @Override
    public long now() {
      return ticker.nanos();
    }

    @Override
    public void closed(IsolatedModel model) {
      isolated.remove(model);
    }
  }

  private final class ServedLife extends Life {

    private final String version;

    ServedLife(String version) {
      this.version = version;
    }

    @Override
    public WorkerProcess start() throws WorkerFailed {
      return WorkerProcess.start(config, runtimeConfig, ticker, false);
    }

    @Override
    public boolean startsAgain() {
      return true;
    }

    @Override
    public void died() {
      meters.died(version);
    }
  }

  private final class LifeApart extends Life {

    @Override
    public WorkerProcess start() throws WorkerFailed {
      var oneThread = new RuntimeConfig(1, runtimeConfig.runnerMemory());
      return WorkerProcess.start(config, oneThread, ticker, true);
    }

    @Override
    public boolean startsAgain() {
      return false;
    }

    @Override
    public void died() {}
  }

  private Duration tend() {
    isolated.forEach(IsolatedModel::tend);
    return TICK;
  }

  private Duration tidy() {
    probation.tidy();
    return TIDY;
  }

  @Override
  @PreDestroy
  public void close() {
    tending.close();
    tidying.close();
    isolated.forEach(IsolatedModel::close);
    probation.close();
  }
}
