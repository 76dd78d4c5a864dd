package io.penstock.feature.serving;

import com.google.protobuf.UnsafeByteOperations;
import io.penstock.feature.query.FoundRows;
import io.penstock.feature.query.Selection;
import io.penstock.feature.row.PackedRow;
import io.penstock.feature.row.ValueSink;
import io.penstock.feature.view.FeatureSchema;
import io.penstock.feature.view.FeatureSpec;
import io.penstock.feature.view.FeatureViewProtos;
import io.penstock.feature.view.ValueType;
import io.penstock.proto.feature.v1.FeatureColumnValues;
import io.penstock.proto.feature.v1.FeatureStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns packed rows into the columns of an answer, value by value and without an object for any of
/// them.
final class FeatureColumnProtos implements ValueSink {

  private final Selection selection;
  private final FeatureColumnValues.@Nullable Builder[] byPosition;
  private long eventTime;

  private FeatureColumnProtos(Selection selection) {
    this.selection = selection;
    this.byPosition = new FeatureColumnValues.Builder[selection.view().schema().size()];
    for (int position : selection.positions()) {
      byPosition[position] = column(position);
    }
  }

  static List<FeatureColumnValues> toProto(List<FoundRows> queries) {
    List<FeatureColumnValues> columns = new ArrayList<>();
    queries.forEach(found -> addColumns(columns, found));
    return columns;
  }

  private static void addColumns(List<FeatureColumnValues> columns, FoundRows found) {
    var protos = new FeatureColumnProtos(found.selection());
    for (int row = 0; row < found.rows(); row++) {
      protos.add(found, row);
    }
    for (int position : found.selection().positions()) {
      columns.add(protos.at(position).build());
    }
  }

  private FeatureColumnValues.Builder column(int position) {
    FeatureSpec feature = selection.view().schema().feature(position);
    return FeatureColumnValues.newBuilder()
        .setName(selection.view().viewId() + "." + feature.name())
        .setType(FeatureViewProtos.toProto(feature.type()));
  }

  private FeatureColumnValues.Builder at(int position) {
    FeatureColumnValues.Builder column = byPosition[position];
    if (column == null) {
      throw new IllegalStateException("position " + position + " was not asked for");
    }
    return column;
  }

  private void add(FoundRows found, int row) {
    switch (found.state(row)) {
      case PRESENT -> addPresent(selection.view().schema(), found, row);
      case EXPIRED -> addMissing(FeatureStatus.FEATURE_STATUS_EXPIRED);
      case NOT_FOUND -> addMissing(FeatureStatus.FEATURE_STATUS_NOT_FOUND);
    }
  }

  private void addPresent(FeatureSchema schema, FoundRows found, int row) {
    eventTime = found.eventTime(row);
    PackedRow.unpack(schema, found.packed(row), this);
  }

  private void addMissing(FeatureStatus status) {
    for (int position : selection.positions()) {
      addMissing(position, at(position), status);
    }
  }

  private void addMissing(int position, FeatureColumnValues.Builder column, FeatureStatus status) {
    column.addStatuses(status).addEventTimesUs(0);
    if (selection.view().schema().type(position) == ValueType.STRING) {
      column.addStrings("");
    } else {
      column.addNumbers(Double.NaN);
    }
  }

  @Override
  public void absent(int position) {
    FeatureColumnValues.Builder column = byPosition[position];
    if (column != null) {
      addMissing(position, column, FeatureStatus.FEATURE_STATUS_NULL);
    }
  }

  @Override
  public void number(int position, double value) {
    FeatureColumnValues.Builder column = byPosition[position];
    if (column != null) {
      column.addNumbers(value);
      addPresent(column);
    }
  }

  @Override
  public void text(int position, byte[] bytes, int offset, int length) {
    FeatureColumnValues.Builder column = byPosition[position];
    if (column != null) {
      // The packed row is ours alone and never changes.
      column.addStringsBytes(UnsafeByteOperations.unsafeWrap(bytes, offset, length));
      addPresent(column);
    }
  }

  private void addPresent(FeatureColumnValues.Builder column) {
    column.addStatuses(FeatureStatus.FEATURE_STATUS_PRESENT).addEventTimesUs(eventTime);
  }
}
