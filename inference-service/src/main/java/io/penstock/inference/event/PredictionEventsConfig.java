package io.penstock.inference.event;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// How prediction events are buffered and written.
///
/// @param enabled whether they are written at all
/// @param capacity events that may wait for the event log; what comes beyond is counted and lost
/// @param batch events written at once
/// @param maxColumns columns that a tensor without names for them may have to be recorded;
///   embeddings and images are left out
/// @param maxValues values of features and outputs in one event; a prediction with more is recorded
///   without them
@ConfigurationProperties("penstock.inference.events")
public record PredictionEventsConfig(
    @Bindable(defaultValue = "true") boolean enabled,
    @Bindable(defaultValue = "8192") int capacity,
    @Bindable(defaultValue = "500") int batch,
    @Bindable(defaultValue = "32") int maxColumns,
    @Bindable(defaultValue = "65536") int maxValues) {

  public PredictionEventsConfig {
    require(capacity >= 1, "capacity", capacity, "at least 1");
    require(batch >= 1, "batch", batch, "at least 1");
    require(maxColumns >= 0, "max-columns", maxColumns, "0 or more");
    require(maxValues >= 0, "max-values", maxValues, "0 or more");
  }

  public static PredictionEventsConfig defaults() {
    return new PredictionEventsConfig(true, 8192, 500, 32, 65536);
  }

  private static void require(boolean right, String key, int value, String expected) {
    if (!right) {
      throw new IllegalArgumentException(
          "penstock.inference.events.%s was %d, expected %s".formatted(key, value, expected));
    }
  }
}
