package io.penstock.feature.ingestion;

import io.penstock.feature.view.FeatureView;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/// Where judged rows go: the good ones to history and online table, the bad ones to the quarantine,
/// in one transaction.
@Singleton
final class RowStore {

  private final Jdbi jdbi;
  private final RowRepository rows;
  private final QuarantineRepository quarantine;

  RowStore(Jdbi jdbi, RowRepository rows, QuarantineRepository quarantine) {
    this.jdbi = jdbi;
    this.rows = rows;
    this.quarantine = quarantine;
  }

  /// Returns the bad rows as they are kept.
  List<QuarantinedRow> store(FeatureView view, Verdicts verdicts) {
    RowBatch batch = RowBatch.of(verdicts.accepted());
    return jdbi.inTransaction(
        handle -> {
          rows.store(handle, view, batch);
          return quarantine.add(handle, view.viewId(), verdicts.rejected(), verdicts.time());
        });
  }
}
