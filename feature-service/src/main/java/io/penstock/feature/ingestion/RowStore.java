package io.penstock.feature.ingestion;

import io.penstock.feature.view.FeatureView;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where judged rows go: the good ones to history and online table, the bad ones to the quarantine,
/// in one transaction.
@Singleton
final class RowStore {

  private static final Logger log = LoggerFactory.getLogger(RowStore.class);

  private final Jdbi jdbi;
  private final RowRepository rows;
  private final QuarantineRepository quarantine;
  private final IngestionConfig config;

  RowStore(Jdbi jdbi, RowRepository rows, QuarantineRepository quarantine, IngestionConfig config) {
    this.jdbi = jdbi;
    this.rows = rows;
    this.quarantine = quarantine;
    this.config = config;
  }

  /// Returns the bad rows as they are kept.
  ///
  /// The quarantine comes first, as in a replay: whoever takes the locks of both takes them in this
  /// order.
  List<QuarantinedRow> store(FeatureView view, Verdicts verdicts) {
    return jdbi.inTransaction(
        handle -> {
          List<QuarantinedRow> kept = quarantine(handle, view, verdicts);
          rows.store(handle, view, verdicts.accepted());
          return kept;
        });
  }

  private List<QuarantinedRow> quarantine(Handle handle, FeatureView view, Verdicts verdicts) {
    if (verdicts.rejected().isEmpty()) {
      return List.of();
    }
    List<QuarantinedRow> kept =
        quarantine.add(handle, view.viewId(), verdicts.rejected(), verdicts.time());
    int dropped = quarantine.trim(handle, view.viewId(), config.quarantineRows());
    if (dropped > 0) {
      log.warn("The quarantine of {} is full; dropped its {} oldest rows", view.name(), dropped);
    }
    return kept;
  }
}
