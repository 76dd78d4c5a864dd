package io.penstock.feature.online;

import io.penstock.feature.Micros;
import io.penstock.feature.online.OnlineRepository.Answer;
import io.penstock.feature.query.FoundRows;
import io.penstock.feature.query.QueryBatch;
import io.penstock.feature.query.Selection;
import io.penstock.feature.view.FeatureViews;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// The latest row of each key: latest by event time, then by known time, then by arrival.
@Singleton
public final class OnlineFeatures {

  private final OnlineRepository repository;
  private final EarlierRows earlierRows;
  private final FeatureViews views;
  private final Clock clock;

  OnlineFeatures(
      OnlineRepository repository, EarlierRows earlierRows, FeatureViews views, Clock clock) {
    this.repository = repository;
    this.earlierRows = earlierRows;
    this.views = views;
    this.clock = clock;
  }

  /// Reads all queries of a request at once.
  ///
  /// @param asOf the time that ages are measured at, in microseconds; by default now. What became
  ///   true after it does not count.
  /// @param budget how long the caller still waits
  public List<FoundRows> read(QueryBatch batch, OptionalLong asOf, Duration budget) {
    Answer answer = repository.read(batch, budget);
    List<Selection> selections =
        IntStream.range(0, batch.size()).mapToObj(i -> selection(batch, answer, i)).toList();
    batch.requireModest(selections);
    asOf.ifPresent(time -> earlierRows.replace(batch, answer, time, budget));
    long time = asOf.orElseGet(() -> Micros.of(clock.instant()));
    return IntStream.range(0, batch.size())
        .mapToObj(i -> new FoundRows(selections.get(i), answer.rows(), i, batch.rows(), _ -> time))
        .toList();
  }

  private Selection selection(QueryBatch batch, Answer answer, int query) {
    int versionId = answer.versionIds()[query];
    if (versionId == 0) {
      throw FeatureViews.missing(
          batch.query(query).view(), QueryBatch.field(query, "feature_view"));
    }
    return Selection.of(views.get(versionId), batch, query);
  }
}
