package io.penstock.inference.memory;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.memory.EvictionOrder.Candidate;
import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.ModelSource;
import io.penstock.inference.runtime.ModelSource.Identity;
import io.penstock.inference.runtime.NativeHeap;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.worker.ModelHost;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceName;
import io.penstock.kit.service.Ticker;
import io.penstock.kit.telemetry.LogContext;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The models in memory and their budget. One is loaded at a time; before it is, others leave until
/// it fits.
@Singleton
public final class ModelMemory implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ModelMemory.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Backoff BACKOFF = new Backoff(TICK, Duration.ofSeconds(30));
  private static final double MB = 1e6;

  // What a model that was never loaded is taken to need: a session holds its weights once, plus the
  // graph.
  private static final double PER_FILE_BYTE = 1.25;
  private static final long GRAPH = 1 << 20;

  /// A model that no version uses any more.
  private record Lingering(ModelSource source, RunnableModel model, long loadNanos, long since) {}

  private final long budget;
  private final MemoryConfig config;
  private final ModelHost host;
  private final Ticker ticker;
  private final MemoryMeters meters;
  private final NativeHeap heap = NativeHeap.ofThisProcess();
  private final LoaderThread releases;
  private final LoaderThread requests;
  private final ReentrantLock loading = new ReentrantLock(true);
  private final Set<EvictableModel> models = ConcurrentHashMap.newKeySet();
  private final Map<Identity, Lingering> lingering = new ConcurrentHashMap<>();
  private final Map<String, Long> measured = new ConcurrentHashMap<>();
  private final Map<EvictableModel, CompletableFuture<Void>> reloads = new ConcurrentHashMap<>();
  private final BackgroundLoop tidying;
  private volatile boolean closed;

  public ModelMemory(
      MemoryConfig config,
      ModelHost host,
      Ticker ticker,
      MeterRegistry registry,
      ServiceName service) {
    this.config = config;
    this.budget = config.bytes();
    this.host = host;
    this.ticker = ticker;
    var context = LogContext.ofService(service);
    this.releases = new LoaderThread("model loader", context, true);
    this.requests = new LoaderThread("model reloader", context, false);
    this.meters = new MemoryMeters(registry, budget, this::used, models::size);
    this.tidying = BackgroundLoop.start("model memory", BACKOFF, this::tidy);
    log.info("Models may take {} MB", Math.round(budget / MB));
  }

  /// Loads a model for a version and warms it. Blocks for as long as that takes. The model belongs
  /// to the caller, who closes it.
  public RunnableModel load(ModelSource source) throws ModelRefused, IOException, NoRoom {
    try {
      return releases.submit(() -> loadFirst(source)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while loading " + source.version(), e);
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    }
  }

  private static IOException rethrown(@Nullable Throwable cause)
      throws ModelRefused, IOException, NoRoom {
    switch (cause) {
      case ModelRefused refused -> throw refused;
      case NoRoom full -> throw full;
      case IOException unreadable -> throw unreadable;
      case RuntimeException broken -> throw broken;
      case Error error -> throw error;
      case null, default -> throw new IllegalStateException(cause);
    }
  }

  private EvictableModel loadFirst(ModelSource source) throws ModelRefused, IOException, NoRoom {
    var kept = lingering.remove(source.identity());
    EvictableModel model;
    if (kept == null) {
      var loaded = loadNow(source);
      model = new EvictableModel(source, this, loaded.model(), loaded.nanos(), ticker.nanos());
    } else {
      meters.revived();
      model = new EvictableModel(source, this, kept.model(), kept.loadNanos(), ticker.nanos());
    }
    models.add(model);
    return model;
  }

  private record Loaded(RunnableModel model, long nanos) {}

  private Loaded loadNow(ModelSource source) throws ModelRefused, IOException, NoRoom {
    loading.lock();
    try (var arena = Arena.ofShared()) {
      long started = ticker.nanos();
      var file = source.reader().read(arena);
      makeRoom(source.version(), expected(source, file.remaining()));
      var model = host.open(source, file);
      long nanos = ticker.nanos() - started;
      settle(source, model);
      meters.loaded(nanos);
      return new Loaded(model, nanos);
    } finally {
      loading.unlock();
    }
  }

  private long expected(ModelSource source, long fileBytes) {
    return measured.getOrDefault(source.artifact(), (long) (fileBytes * PER_FILE_BYTE) + GRAPH);
  }

  // The model turned out as large as it is: perhaps larger than room was made for.
  private void settle(ModelSource source, RunnableModel model) throws NoRoom {
    long bytes = model.bytes();
    measured.put(source.artifact(), bytes);
    try {
      makeRoom(source.version(), bytes);
    } catch (NoRoom e) {
      model.close();
      heap.trim();
      throw e;
    }
  }

  private void makeRoom(String version, long bytes) throws NoRoom {
    boolean evicted = false;
    while (used() + bytes > budget) {
      if (!evictOne()) {
        throw new NoRoom(
            "it takes %.1f MB; %.1f MB of the %.1f MB for models (penstock.inference.memory.budget) are in use"
                .formatted(bytes / MB, used() / MB, budget / MB));
      }
      evicted = true;
    }
    if (evicted) {
      heap.trim();
      log.info("Made room for {}", version);
    }
  }

  private boolean evictOne() {
    long now = ticker.nanos();
    return EvictionOrder.next(candidates(now)).map(Supplier::get).orElse(false);
  }

  // Each candidate's model is the act of taking it out.
  private Collection<Candidate<Supplier<Boolean>>> candidates(long now) {
    List<Candidate<Supplier<Boolean>>> candidates = new ArrayList<>();
    for (var model : models) {
      if (model.isInMemory()) {
        candidates.add(
            new Candidate<>(
                () -> evict(model),
                model.bytes(),
                now - model.lastUse(),
                model.loadNanos(),
                true,
                model.isRunning()));
      }
    }
    lingering.forEach(
        (identity, kept) ->
            candidates.add(
                new Candidate<>(
                    () -> drop(identity, kept),
                    kept.model().bytes(),
                    now - kept.since(),
                    kept.loadNanos(),
                    false,
                    false)));
    return candidates;
  }

  private boolean evict(EvictableModel model) {
    measured.put(model.source().artifact(), model.bytes());
    boolean evicted = model.evict();
    if (evicted) {
      meters.evicted();
      log.info(
          "{} left memory after {} s without a request", model.source().version(), idle(model));
    }
    // A run that began meanwhile holds it; the next round looks for another.
    return true;
  }

  private long idle(EvictableModel model) {
    return Duration.ofNanos(ticker.nanos() - model.lastUse()).toSeconds();
  }

  private boolean drop(Identity identity, Lingering kept) {
    if (lingering.remove(identity, kept)) {
      kept.model().close();
    }
    return true;
  }

  /// Brings a model back that left memory; single flight.
  CompletableFuture<Void> reload(EvictableModel model) {
    var started = new CompletableFuture<Void>();
    var running = reloads.putIfAbsent(model, started);
    if (running != null) {
      return running;
    }
    requests.execute(() -> reload(model, started));
    return started;
  }

  private void reload(EvictableModel model, CompletableFuture<Void> end) {
    try {
      if (!model.isInMemory()) {
        var loaded = loadNow(model.source());
        model.usedAt(ticker.nanos());
        model.restore(loaded.model(), loaded.nanos());
        log.info("{} is back in memory", model.source().version());
      }
      reloads.remove(model);
      end.complete(null);
    } catch (Exception | Error e) {
      log.warn("{} cannot be loaded again: {}", model.source().version(), e.toString());
      reloads.remove(model);
      end.completeExceptionally(e);
    }
  }

  /// A version ended; what it leaves lingers for a rollback, if it may.
  void released(EvictableModel owner, @Nullable RunnableModel model) {
    models.remove(owner);
    if (model == null) {
      return;
    }
    var kept = new Lingering(owner.source(), model, owner.loadNanos(), ticker.nanos());
    boolean lingers =
        !closed
            && config.linger().isPositive()
            && used() + model.bytes() <= budget
            && lingering.putIfAbsent(owner.source().identity(), kept) == null;
    if (!lingers) {
      model.close();
      heap.trim();
    }
  }

  /// The lane of a model with what keeps requests while the model is away.
  public Engine around(String version, Engine lane, RunnableModel model) {
    return model instanceof EvictableModel evictable
        ? new EvictableEngine(version, lane, evictable, this, config.waitingRequests(), ticker)
        : lane;
  }

  /// Bytes that models hold now.
  long used() {
    long routed = models.stream().mapToLong(EvictableModel::bytes).sum();
    return routed + lingering.values().stream().mapToLong(kept -> kept.model().bytes()).sum();
  }

  private Duration tidy() {
    long now = ticker.nanos();
    boolean dropped = false;
    for (var entry : lingering.entrySet()) {
      if (now - entry.getValue().since() > config.linger().toNanos()) {
        dropped |= drop(entry.getKey(), entry.getValue());
      }
    }
    if (dropped) {
      heap.trim();
    }
    return TICK;
  }

  @Override
  @PreDestroy
  public void close() {
    closed = true;
    tidying.close();
    releases.close();
    requests.close();
    lingering.forEach(this::drop);
    meters.close();
  }
}
