package io.penstock.inference.sequence;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.VersionConfig.Sequence;
import io.penstock.inference.serving.VersionName;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.Ticker;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// All open sequences of this server: which version each of them is at, and what they hold
/// together. A sequence keeps its version open, so a new version that takes over gets new sequences
/// only, and the old one drains as its own end.
@Singleton
public final class OpenSequences implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(200);
  private static final Backoff BACKOFF = new Backoff(TICK, Duration.ofSeconds(5));

  private record Key(String model, String id) {}

  private record Place(OpenSequence sequence, ServedVersion version) {}

  private final SequenceConfig config;
  private final Ticker ticker;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger count = new AtomicInteger();
  private final Map<SequenceEngine, ServedVersion> versions = new ConcurrentHashMap<>();
  private final Map<Key, Place> places = new ConcurrentHashMap<>();
  private final BackgroundLoop sweep;

  public OpenSequences(SequenceConfig config, Ticker ticker, MeterRegistry meters) {
    this.config = config;
    this.ticker = ticker;
    Gauge.builder("penstock.inference.sequence.open", count, AtomicInteger::get)
        .description("Sequences that are open, of all models")
        .register(meters);
    Gauge.builder("penstock.inference.sequence.bytes", bytes, AtomicLong::get)
        .description("State that open sequences hold")
        .baseUnit("bytes")
        .register(meters);
    this.sweep = BackgroundLoop.start("sequences", BACKOFF, this::forgetIdle);
  }

  /// A model that remembers, as its callers see it. Throws [IllegalArgumentException] where the
  /// configuration does not fit the model.
  public ModelInterface shape(Sequence sequence, ModelInterface model) {
    return SequenceModel.of(sequence, model).shape();
  }

  /// Puts sequences before a lane, which then belongs to what is returned.
  public SequenceEngine around(
      VersionName version, Sequence sequence, ModelInterface model, Engine lane) {
    return new SequenceEngine(
        version.toString(),
        SequenceModel.of(sequence, model),
        new SequenceLimits(sequence.idle(), sequence.most(), config.waiting()),
        this,
        lane,
        ticker);
  }

  /// From now on the engine's sequences keep this version open.
  public void attach(SequenceEngine engine, ServedVersion version) {
    versions.put(engine, version);
  }

  /// The version at which a sequence is.
  public Optional<ServedVersion> versionOf(String model, String id) {
    return Optional.ofNullable(places.get(new Key(model, id))).map(Place::version);
  }

  boolean reserve(long size) {
    if (bytes.addAndGet(size) <= config.bytes()) {
      return true;
    }
    bytes.addAndGet(-size);
    return false;
  }

  // The request that begins it holds a lease, so there is always another one to be had.
  void opened(SequenceEngine engine, OpenSequence sequence) {
    count.incrementAndGet();
    var version = versions.get(engine);
    if (version != null && version.acquireBeside()) {
      sequence.place = version;
      places.put(key(version, sequence), new Place(sequence, version));
    }
  }

  void closed(OpenSequence sequence) {
    bytes.addAndGet(-sequence.bytes);
    count.decrementAndGet();
    var version = sequence.place;
    if (version != null) {
      places.remove(key(version, sequence), new Place(sequence, version));
      version.release();
    }
  }

  private static Key key(ServedVersion version, OpenSequence sequence) {
    return new Key(version.name().model(), sequence.id);
  }

  void forget(SequenceEngine engine) {
    versions.remove(engine);
  }

  private Duration forgetIdle() {
    versions.keySet().forEach(SequenceEngine::sweep);
    return TICK;
  }

  @Override
  @PreDestroy
  public void close() {
    sweep.close();
  }
}
