package io.penstock.gateway.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.penstock.gateway.GatewayFailure.RateLimited;
import io.penstock.kit.failure.FailureException;
import io.penstock.proto.options.v1.Cost;
import jakarta.inject.Singleton;
import java.time.Duration;

/// A token bucket for every principal and cost class. A bucket holds two seconds' worth, so short
/// bursts pass.
@Singleton
public final class RateLimits {

  /// Who public RPCs are counted under, all callers together.
  public static final String ANONYMOUS = "anonymous";

  private record Key(String principal, Cost cost) {}

  private static final int BURST_SECONDS = 2;

  private final RateLimitConfig config;

  /// Bounded: a principal that is forgotten starts again with a full bucket.
  private final Cache<Key, Bucket> buckets =
      Caffeine.newBuilder().maximumSize(100_000).expireAfterAccess(Duration.ofMinutes(10)).build();

  RateLimits(RateLimitConfig config) {
    this.config = config;
  }

  /// Takes one token for a call, and never waits for it.
  ///
  /// @throws FailureException `RATE_LIMITED`, with the time after which the next token is there
  public void take(String principal, Cost cost) {
    Bucket bucket = bucketOf(principal, cost);
    if (!bucket.tryConsume(1)) {
      throw limited(principal, cost, bucket);
    }
  }

  /// Takes one token for a call, waiting while it comes within the patience. Those who wait have
  /// their tokens already, so there are never more of them than the patience has tokens.
  ///
  /// @throws FailureException `RATE_LIMITED`, at once, with the time after which the next token is
  ///   there
  public void await(String principal, Cost cost) {
    Bucket bucket = bucketOf(principal, cost);
    boolean taken =
        config.isPatient()
            ? bucket.asBlocking().tryConsumeUninterruptibly(1, config.patience())
            : bucket.tryConsume(1);
    if (!taken) {
      throw limited(principal, cost, bucket);
    }
  }

  private FailureException limited(String principal, Cost cost, Bucket bucket) {
    return new FailureException(
        new RateLimited(
            principal,
            cost,
            config.perSecond(cost),
            Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill())));
  }

  private Bucket bucketOf(String principal, Cost cost) {
    return buckets.get(new Key(principal, cost), this::bucket);
  }

  private Bucket bucket(Key key) {
    long rate = config.perSecond(key.cost());
    return Bucket.builder()
        .addLimit(
            limit -> limit.capacity(rate * BURST_SECONDS).refillGreedy(rate, Duration.ofSeconds(1)))
        .build();
  }
}
