package io.penstock.registry.benchmark;

import io.penstock.kit.loop.Backoff;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.registry.RegistryFailure.BenchmarkClaimLost;
import io.penstock.registry.Times;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Shares the pending runs out among evaluators: each run to one of them at a time, and again to
/// another where the first is not heard of.
@Singleton
final class Claims {

  // Whatever kept an evaluator from its work, the registry or the network, may take a while.
  private static final Backoff AGAIN = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(5));

  private final Changes changes;
  private final BenchmarkConfig config;

  Claims(Changes changes, BenchmarkConfig config) {
    this.changes = changes;
    this.config = config;
  }

  /// Empty where nothing is to do.
  Optional<Claim> next(Duration duration) {
    return changes.commit(
        change ->
            ClaimRepository.claimNext(
                change.handle(), change.time(), until(change, duration), config.attempts()));
  }

  /// When the claim expires now.
  Instant renew(MeasurementName run, long token, Duration duration) {
    return changes.commit(
        change -> {
          var until = until(change, duration);
          if (!ClaimRepository.renew(change.handle(), run, token, until)) {
            throw lost(run);
          }
          return until;
        });
  }

  /// @param trouble why the run could not be evaluated; empty where it was not tried
  void release(MeasurementName run, long token, String trouble) {
    changes.run(
        change -> {
          var handle = change.handle();
          int attempts = ClaimRepository.attempts(handle, run, token).orElseThrow(() -> lost(run));
          if (trouble.isEmpty()) {
            ClaimRepository.forget(handle, run, token);
          } else {
            var again = change.time().plus(AGAIN.delay(attempts));
            ClaimRepository.giveUp(handle, run, token, trouble, again);
          }
        });
  }

  private static Instant until(Change change, Duration duration) {
    return Times.micros(change.time().plus(duration));
  }

  private static RuntimeException lost(MeasurementName run) {
    return new BenchmarkClaimLost(run.toString()).exception();
  }
}
