package io.penstock.feature.ingestion;

import io.penstock.feature.view.FeatureView;
import io.penstock.feature.view.FeatureViews;
import io.penstock.feature.view.ViewRef;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/// Rows that did not pass: to be read, and to be tried again once the view or its sender has been
/// corrected.
@Singleton
final class Quarantine {

  private static final int DEFAULT_REPLAY = 1000;

  private final Changes changes;
  private final FeatureViews views;
  private final Inspection inspection;
  private final RowRepository rows;
  private final QuarantineRepository repository;

  Quarantine(
      Changes changes,
      FeatureViews views,
      Inspection inspection,
      RowRepository rows,
      QuarantineRepository repository) {
    this.changes = changes;
    this.views = views;
    this.inspection = inspection;
    this.rows = rows;
    this.repository = repository;
  }

  Page<QuarantinedRow> list(String parent, PageRequest request) {
    FeatureView view = newest(parent);
    long after = request.after(0L, PageKey::number);
    var fetched = repository.list(view.viewId(), after, request.fetchSize());
    return request.page(fetched, row -> List.of(row.id()));
  }

  /// Judges quarantined rows again, those first that have waited longest since they were last
  /// looked at, so that rows beyond help do not stand in the way. A row that gave no known time
  /// becomes known now: nobody could have read it before.
  Replay replay(String parent, int limit) {
    if (limit < 0 || limit > Ingestion.MOST_ROWS) {
      throw InvalidArguments.of("limit", "was " + limit + ", expected 0 to " + Ingestion.MOST_ROWS);
    }
    FeatureView view = newest(parent);
    int most = limit == 0 ? DEFAULT_REPLAY : limit;
    return changes.commit(change -> replay(change, view, most));
  }

  private Replay replay(Change change, FeatureView view, int limit) {
    List<QuarantinedRow> claimed = repository.claim(change.handle(), view.viewId(), limit);
    Rejudged rejudged = Rejudged.of(claimed, inspection.validator(view, change.time()));
    rows.store(change.handle(), view, rejudged.accepted());
    repository.delete(change.handle(), rejudged.passed());
    repository.update(change.handle(), rejudged.failed(), change.time());
    var replay = new Replay(rejudged.passed().size(), rejudged.failed().size());
    audit(change, view, replay);
    return replay;
  }

  private static void audit(Change change, FeatureView view, Replay replay) {
    change.audit(
        view.name(),
        Map.of(
            "accepted", Integer.toString(replay.accepted()),
            "still_quarantined", Integer.toString(replay.stillQuarantined())));
  }

  private FeatureView newest(String parent) {
    return views.resolve(ViewRef.parseNewest("parent", parent), "parent");
  }

  /// What became of the rows of a replay.
  record Replay(int accepted, int stillQuarantined) {}
}
