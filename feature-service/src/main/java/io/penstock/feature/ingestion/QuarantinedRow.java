package io.penstock.feature.ingestion;

import io.penstock.feature.validation.RowProblem;
import java.time.Instant;

/// A row that did not pass validation, kept exactly as it came.
///
/// @param wire a serialised `penstock.feature.v1.FeatureRow`
/// @param time when it came first
record QuarantinedRow(
    long id, String viewId, byte[] wire, String reason, String detail, Instant time) {

  static QuarantinedRow of(long id, String viewId, byte[] wire, RowProblem problem, Instant time) {
    return new QuarantinedRow(id, viewId, wire, problem.reason().name(), problem.detail(), time);
  }

  /// The resource name.
  public String name() {
    return "featureViews/" + viewId + "/quarantinedRows/" + id;
  }
}
