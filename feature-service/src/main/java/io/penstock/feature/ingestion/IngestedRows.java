package io.penstock.feature.ingestion;

import java.util.List;

/// What became of the rows of one message.
///
/// @param examples the first few quarantined rows
record IngestedRows(int accepted, int quarantined, List<QuarantinedRow> examples) {}
