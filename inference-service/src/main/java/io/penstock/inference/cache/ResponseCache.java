package io.penstock.inference.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.serving.VersionName;
import io.penstock.inference.serving.VersionStatistics;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.service.Ticker;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The answers kept by this server, within one budget for all models.
@Singleton
public final class ResponseCache {

  private static final Logger log = LoggerFactory.getLogger(ResponseCache.class);

  // One answer must not push out all others.
  private static final int LARGEST_SHARE = 16;

  private final CacheConfig config;
  private final Ticker ticker;
  private final MeterRegistry meters;
  private final @Nullable Cache<RequestKey, KeptAnswer> answers;
  private final AtomicLong versions = new AtomicLong();

  public ResponseCache(CacheConfig config, Ticker ticker, MeterRegistry meters) {
    this.config = config;
    this.ticker = ticker;
    this.meters = meters;
    this.answers = config.bytes() > 0 ? build(config, ticker) : null;
    Gauge.builder("penstock.inference.cache.bytes", this, ResponseCache::bytes)
        .description("Bytes of kept answers")
        .baseUnit("bytes")
        .register(meters);
  }

  private static Cache<RequestKey, KeptAnswer> build(CacheConfig config, Ticker ticker) {
    var builder =
        Caffeine.newBuilder()
            .maximumWeight(config.bytes())
            .weigher((RequestKey _, KeptAnswer answer) -> answer.bytes())
            .ticker(ticker::nanos)
            .executor(Runnable::run);
    if (config.timeToLive().isPositive()) {
      builder.expireAfterWrite(config.timeToLive());
    }
    return builder.build();
  }

  private double bytes() {
    return answers == null
        ? 0
        : answers.policy().eviction().map(e -> e.weightedSize().orElse(0)).orElse(0L);
  }

  /// Puts the cache before a lane, which then belongs to what is returned.
  public Engine around(VersionName version, Engine lane, VersionStatistics statistics) {
    if (answers == null) {
      log.info("{} asks for a response cache, and penstock.inference.cache.bytes is 0", version);
      return lane;
    }
    return new CacheEngine(
        this,
        version.toString(),
        versions.incrementAndGet(),
        lane,
        statistics,
        ticker,
        counter(version, "hit"),
        counter(version, "shared"),
        counter(version, "miss"));
  }

  private Counter counter(VersionName version, String result) {
    return Counter.builder("penstock.inference.cache.requests")
        .description("Requests to models with a response cache, by what it had for them")
        .tag("model", version.model())
        .tag("result", result)
        .register(meters);
  }

  Optional<KeptAnswer> find(RequestKey key) {
    return answers == null ? Optional.empty() : Optional.ofNullable(answers.getIfPresent(key));
  }

  void keep(RequestKey key, List<Tensor> outputs) {
    if (answers != null && KeptAnswer.size(outputs) <= config.bytes() / LARGEST_SHARE) {
      answers.put(key, KeptAnswer.of(outputs));
    }
  }

  /// Drops what a version left behind.
  void forget(long version) {
    if (answers != null) {
      answers.asMap().keySet().removeIf(key -> key.isOf(version));
    }
  }
}
