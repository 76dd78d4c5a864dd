package io.penstock.feature.ingestion;

import io.penstock.feature.ingestion.QuarantineRepository.Rechecked;
import io.penstock.feature.validation.RowProblem;
import io.penstock.feature.validation.RowValidator;
import io.penstock.feature.validation.ValidRow;
import io.penstock.feature.validation.Verdict.Accepted;
import io.penstock.feature.validation.Verdict.Rejected;
import java.util.ArrayList;
import java.util.List;

/// Quarantined rows, judged again.
///
/// @param passed the ids of those that are accepted now
record Rejudged(List<ValidRow> accepted, List<Long> passed, List<Rechecked> failed) {

  static Rejudged of(List<QuarantinedRow> rows, RowValidator validator) {
    var rejudged = new Rejudged(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    rows.forEach(row -> rejudged.add(row, validator));
    return rejudged;
  }

  private void add(QuarantinedRow row, RowValidator validator) {
    switch (validator.judge(IngestionProtos.parse(row.wire()))) {
      case Accepted(ValidRow good) -> {
        accepted.add(good);
        passed.add(row.id());
      }
      case Rejected(_, RowProblem problem) -> failed.add(new Rechecked(row.id(), problem));
    }
  }
}
