package io.penstock.feature.history;

import io.penstock.feature.view.FeatureViews;
import jakarta.inject.Singleton;

/// What was known about each key at a time: the row with the latest event time, then known time,
/// then arrival, among those whose event time and known time both lie at or before it.
@Singleton
public final class HistoricalFeatures {

  private final HistoryRepository repository;
  private final FeatureViews views;

  HistoricalFeatures(HistoryRepository repository, FeatureViews views) {
    this.repository = repository;
    this.views = views;
  }

  /// Opens a reading of many batches.
  public HistoryStream open() {
    return new HistoryStream(repository, views);
  }
}
