package io.penstock.feature.ingestion;

import io.penstock.feature.validation.IncomingRow;
import io.penstock.feature.validation.RowValidator;
import io.penstock.feature.validation.ValidRow;
import io.penstock.feature.validation.Verdict.Accepted;
import io.penstock.feature.validation.Verdict.Rejected;
import io.penstock.feature.view.FeatureView;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Judges rows as of now.
@Singleton
final class Inspection {

  private final IngestionConfig config;
  private final Clock clock;

  Inspection(IngestionConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  Verdicts inspect(FeatureView view, List<IncomingRow> rows) {
    Instant now = clock.instant();
    RowValidator validator = validator(view, now);
    List<ValidRow> accepted = new ArrayList<>(rows.size());
    List<Rejected> rejected = new ArrayList<>();
    for (IncomingRow row : rows) {
      switch (validator.judge(row)) {
        case Accepted(ValidRow good) -> accepted.add(good);
        case Rejected bad -> rejected.add(bad);
      }
    }
    return new Verdicts(now, accepted, rejected);
  }

  RowValidator validator(FeatureView view, Instant now) {
    return new RowValidator(view, now, config.clockTolerance());
  }
}
