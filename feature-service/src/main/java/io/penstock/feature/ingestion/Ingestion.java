package io.penstock.feature.ingestion;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.feature.validation.IncomingRow;
import io.penstock.feature.view.FeatureView;
import io.penstock.feature.view.FeatureViews;
import io.penstock.kit.failure.InvalidArguments;
import jakarta.inject.Singleton;
import java.util.List;

/// Takes rows in. When a call returns, its rows are durable.
@Singleton
final class Ingestion {

  /// The most rows of one message.
  static final int MOST_ROWS = 5000;

  private static final int EXAMPLES = 5;

  private final FeatureViews views;
  private final Inspection inspection;
  private final RowStore store;
  private final MeterRegistry meters;

  Ingestion(FeatureViews views, Inspection inspection, RowStore store, MeterRegistry meters) {
    this.views = views;
    this.inspection = inspection;
    this.store = store;
    this.meters = meters;
  }

  /// Opens a stream of messages for one view.
  IngestionStream open() {
    return new IngestionStream(this, views);
  }

  /// Stores the rows of one message.
  IngestedRows ingest(FeatureView view, List<IncomingRow> rows) {
    if (rows.size() > MOST_ROWS) {
      throw InvalidArguments.of(
          "rows", "are " + rows.size() + ", expected at most " + MOST_ROWS + " a message");
    }
    Verdicts verdicts = inspection.inspect(view, rows);
    List<QuarantinedRow> quarantined = store.store(view, verdicts);
    count(view, "accepted", verdicts.accepted().size());
    count(view, "quarantined", verdicts.rejected().size());
    return new IngestedRows(
        verdicts.accepted().size(),
        verdicts.rejected().size(),
        quarantined.subList(0, Math.min(EXAMPLES, quarantined.size())));
  }

  private void count(FeatureView view, String outcome, int rows) {
    meters
        .counter("penstock.feature.rows", "view", view.viewId(), "outcome", outcome)
        .increment(rows);
  }
}
