package io.penstock.registry.profile;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.ColumnProfile;
import io.penstock.proto.registry.v1.DatasetProfile;
import io.penstock.proto.registry.v1.Histogram;
import io.penstock.registry.Limits;
import io.penstock.registry.StoredProtos;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// Profiles on the wire. Checks what one must hold to be compared with: named columns, ascending
/// edges, one bin more than edges.
public final class ProfileProtos {

  /// So that the sum of all that fit into a message is no overflow.
  private static final long MOST = 1L << 40;

  private static final String NO_COUNT = "has a count below 0 or above %d".formatted(MOST);

  private ProfileProtos() {}

  public static Profile fromProto(DatasetProfile profile) {
    return new Profile(profile.toByteString());
  }

  /// Empty where there is no profile.
  public static Optional<DatasetProfile> toProto(Profile profile) {
    return profile.isEmpty()
        ? Optional.empty()
        : Optional.of(StoredProtos.parse(DatasetProfile.parser(), profile.encoded().toByteArray()));
  }

  /// The columns of a profile that was checked.
  public static List<ProfiledColumn> columns(Profile profile) {
    return toProto(profile).stream()
        .flatMap(it -> it.getColumnsList().stream())
        .map(
            column ->
                new ProfiledColumn(column.getName(), distribution(column), column.getMissing()))
        .toList();
  }

  private static Distribution distribution(ColumnProfile column) {
    return column.hasHistogram()
        ? new Distribution.Bins(
            column.getHistogram().getEdgesList(), column.getHistogram().getCountsList())
        : new Distribution.Categories(
            column.getCategories().getCountsMap(), column.getCategories().getOther());
  }

  public static void check(InvalidArguments problems, String field, DatasetProfile profile) {
    Limits.count(problems, field + ".columns", profile.getColumnsCount());
    var names = new HashSet<String>();
    for (int i = 0; i < profile.getColumnsCount(); i++) {
      var path = "%s.columns[%d]".formatted(field, i);
      var column = profile.getColumns(i);
      Limits.key(problems, path + ".name", column.getName());
      problems.addIf(
          !names.add(column.getName()), path + ".name", "'" + column.getName() + "' comes twice");
      distribution(problems, path, column);
    }
  }

  private static void distribution(InvalidArguments problems, String path, ColumnProfile column) {
    problems.addIf(isNoCount(column.getMissing()), path + ".missing", NO_COUNT);
    switch (column.getDistributionCase()) {
      case HISTOGRAM -> histogram(problems, path + ".histogram", column.getHistogram());
      case CATEGORIES ->
          problems.addIf(
              isNoCount(column.getCategories().getOther())
                  || anyIsNoCount(column.getCategories().getCountsMap().values()),
              path + ".categories",
              NO_COUNT);
      case DISTRIBUTION_NOT_SET ->
          problems.add(path, "has neither a histogram nor categories, expected one of them");
    }
  }

  private static void histogram(InvalidArguments problems, String path, Histogram histogram) {
    problems.addIf(
        histogram.getCountsCount() != histogram.getEdgesCount() + 1,
        path + ".counts",
        "has %d bins, expected %d: one more than edges"
            .formatted(histogram.getCountsCount(), histogram.getEdgesCount() + 1));
    problems.addIf(anyIsNoCount(histogram.getCountsList()), path + ".counts", NO_COUNT);
    problems.addIf(
        !ascending(histogram.getEdgesList()),
        path + ".edges",
        "expected strictly ascending numbers");
  }

  private static boolean ascending(List<Double> edges) {
    for (int i = 0; i < edges.size(); i++) {
      if (!Double.isFinite(edges.get(i)) || (i > 0 && edges.get(i) <= edges.get(i - 1))) {
        return false;
      }
    }
    return true;
  }

  private static boolean anyIsNoCount(Collection<Long> counts) {
    return counts.stream().anyMatch(ProfileProtos::isNoCount);
  }

  private static boolean isNoCount(long count) {
    return count < 0 || count > MOST;
  }
}
