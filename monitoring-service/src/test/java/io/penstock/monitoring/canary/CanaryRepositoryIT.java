package io.penstock.monitoring.canary;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.monitoring.version.VersionName;
import io.penstock.testkit.PostgresExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CanaryRepositoryIT {

  private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  private final CanaryRepository canaries =
      new CanaryRepository(postgres.open("monitoring").jdbi());

  @Test
  void follow_aNewSplitOfTheSameCanary_keepsItsStart() {
    canaries.follow(canary("1", "2", 5));
    canaries.follow(canary("1", "2", 8));

    var known = canaries.undecided().getFirst();
    assertThat(known.startRevision()).isEqualTo(5);
    assertThat(known.revision()).isEqualTo(8);
    assertThat(known.startedAt()).isEqualTo(JULY.plusSeconds(5));
    assertThat(known.criteria()).isEqualTo(canary("1", "2", 8).criteria());
  }

  @Test
  void follow_anotherPrimary_startsAnew() {
    canaries.follow(canary("1", "3", 5));
    canaries.follow(canary("2", "3", 8));

    assertThat(canaries.undecided().getFirst().startRevision()).isEqualTo(8);
  }

  @Test
  void follow_anOlderRevision_changesNothing() {
    canaries.follow(canary("1", "2", 8));
    canaries.follow(canary("1", "3", 7));
    canaries.end("m", 6);

    assertThat(canaries.undecided()).containsExactly(canary("1", "2", 8));
  }

  @Test
  void end_forgetsTheCanary() {
    canaries.follow(canary("1", "2", 5));
    canaries.end("m", 6);

    assertThat(canaries.undecided()).isEmpty();
  }

  private static RunningCanary canary(String primary, String canary, long revision) {
    return new RunningCanary(
        new VersionName("m", canary),
        new VersionName("m", primary),
        revision,
        revision,
        JULY.plusSeconds(revision),
        new CanaryCriteria(10, 20, 0.02, 2, -0.01, Optional.of(Duration.ofHours(revision))),
        20,
        Optional.of(new Bandit(1, 2, 0.1, Optional.of(Duration.ofHours(24)))));
  }
}
