package io.penstock.feature.ingestion;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// How rows are taken in.
///
/// @param clockTolerance how far in the future an event or known time may lie: what senders' clocks
///   may differ
/// @param quarantineRows how many quarantined rows a view keeps; beyond that the oldest go
@ConfigurationProperties("penstock.ingestion")
public record IngestionConfig(
    @Bindable(defaultValue = "5m") Duration clockTolerance,
    @Bindable(defaultValue = "100000") int quarantineRows) {

  private static final Duration LONGEST = Duration.ofDays(366);

  public IngestionConfig {
    if (clockTolerance.isNegative() || clockTolerance.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "penstock.ingestion.clock-tolerance was %s, expected 0 to a year"
              .formatted(clockTolerance));
    }
    if (quarantineRows < 1) {
      throw new IllegalArgumentException(
          "penstock.ingestion.quarantine-rows was %d, expected at least 1"
              .formatted(quarantineRows));
    }
  }
}
