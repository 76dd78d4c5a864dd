package io.penstock.feature.ingestion;

import io.penstock.feature.validation.IncomingRow;
import io.penstock.feature.view.FeatureView;
import io.penstock.feature.view.FeatureViews;
import io.penstock.feature.view.ViewRef;
import io.penstock.kit.failure.InvalidArguments;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One stream of messages for one view. The version is settled by the first message, so a version
/// made meanwhile does not split a load in two. Used by one thread at a time.
final class IngestionStream {

  private final Ingestion ingestion;
  private final FeatureViews views;
  private String name = "";
  private @Nullable FeatureView view;

  IngestionStream(Ingestion ingestion, FeatureViews views) {
    this.ingestion = ingestion;
    this.views = views;
  }

  /// Stores the rows of one message.
  IngestedRows ingest(String featureView, List<IncomingRow> rows) {
    return ingestion.ingest(viewOf(featureView), rows);
  }

  private FeatureView viewOf(String featureView) {
    FeatureView known = view;
    if (known == null) {
      known = views.resolve(ViewRef.parse("feature_view", featureView), "feature_view");
      view = known;
      name = featureView;
    }
    if (!name.equals(featureView)) {
      throw InvalidArguments.of(
          "feature_view",
          "was '" + featureView + "', expected '" + name + "' as in the first message");
    }
    return known;
  }
}
