package io.penstock.monitoring.version;

import com.google.protobuf.InvalidProtocolBufferException;
import io.penstock.proto.registry.v1.ColumnProfile;
import io.penstock.proto.registry.v1.DatasetProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Baselines from the profiles that the registry keeps with a version.
final class BaselineProtos {

  private static final Logger log = LoggerFactory.getLogger(BaselineProtos.class);

  private BaselineProtos() {}

  static Baseline fromProto(byte[] profile, OptionalDouble auc) {
    try {
      return new Baseline(columns(DatasetProfile.parseFrom(profile)), auc);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("stored baseline is no DatasetProfile", e);
    }
  }

  private static List<BaselineColumn> columns(DatasetProfile profile) {
    var columns = new ArrayList<BaselineColumn>();
    for (var column : profile.getColumnsList()) {
      switch (column.getDistributionCase()) {
        case HISTOGRAM -> addNumeric(columns, column);
        case CATEGORIES -> columns.add(categorical(column));
        case DISTRIBUTION_NOT_SET -> log.debug("column {} has no distribution", column.getName());
      }
    }
    return columns;
  }

  // A histogram whose edges and counts do not fit together says nothing; the rest of the profile
  // still does.
  private static void addNumeric(List<BaselineColumn> columns, ColumnProfile column) {
    double[] edges =
        column.getHistogram().getEdgesList().stream().mapToDouble(Double::doubleValue).toArray();
    long[] counts =
        column.getHistogram().getCountsList().stream().mapToLong(Long::longValue).toArray();
    if (counts.length != edges.length + 1 || !isAscending(edges)) {
      log.warn(
          "baseline of column {} is not used: {} edges, {} counts, expected ascending edges and one count more",
          column.getName(),
          edges.length,
          counts.length);
      return;
    }
    columns.add(
        new NumericColumn(
            column.getName(),
            edges,
            counts,
            column.getMissing(),
            column.getMean(),
            column.getStandardDeviation()));
  }

  private static boolean isAscending(double[] edges) {
    for (int i = 1; i < edges.length; i++) {
      if (!(edges[i - 1] < edges[i])) {
        return false;
      }
    }
    return true;
  }

  private static BaselineColumn categorical(ColumnProfile column) {
    var categories = column.getCategories();
    return new CategoricalColumn(
        column.getName(),
        new TreeMap<>(categories.getCountsMap()),
        categories.getOther(),
        column.getMissing());
  }
}
