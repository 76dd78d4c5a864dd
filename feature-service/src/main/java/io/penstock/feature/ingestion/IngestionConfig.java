package io.penstock.feature.ingestion;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// How rows are taken in.
///
/// @param clockTolerance how far in the future an event or known time may lie: what senders' clocks
///   may differ
@ConfigurationProperties("penstock.ingestion")
public record IngestionConfig(@Bindable(defaultValue = "5m") Duration clockTolerance) {

  private static final Duration LONGEST = Duration.ofDays(366);

  public IngestionConfig {
    if (clockTolerance.isNegative() || clockTolerance.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "penstock.ingestion.clock-tolerance was %s, expected 0 to a year"
              .formatted(clockTolerance));
    }
  }
}
