package io.penstock.registry.profile;

import io.penstock.registry.profile.Distribution.Bins;
import io.penstock.registry.profile.Distribution.Categories;
import io.penstock.registry.statistics.StabilityIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// How far the distribution of a column moved from one snapshot to another.
///
/// @param index empty where the two cannot be compared
/// @param obstacle why not; empty where they can
public record ColumnShift(
    ProfiledColumn base, ProfiledColumn other, Optional<StabilityIndex> index, String obstacle) {

  private record Counts(List<Long> base, List<Long> other) {}

  public static ColumnShift between(ProfiledColumn base, ProfiledColumn other) {
    if (base.distribution().values() == 0 || other.distribution().values() == 0) {
      return obstacle(base, other, "a side has no values");
    }
    return switch (base.distribution()) {
      case Bins was when other.distribution() instanceof Bins is -> ofBins(base, other, was, is);
      case Categories was when other.distribution() instanceof Categories is ->
          comparable(base, other, counts(was, is));
      case Bins _, Categories _ ->
          obstacle(base, other, "one side has a histogram, the other one categories");
    };
  }

  private static ColumnShift ofBins(ProfiledColumn base, ProfiledColumn other, Bins was, Bins is) {
    return was.edges().equals(is.edges())
        ? comparable(base, other, new Counts(was.counts(), is.counts()))
        : obstacle(base, other, "the histograms have other edges");
  }

  // A value that one side does not list is among its others. Without others it did not occur.
  private static Counts counts(Categories was, Categories is) {
    boolean listedWhole = was.other() == 0 && is.other() == 0;
    var names = new TreeSet<>(was.counts().keySet());
    if (listedWhole) {
      names.addAll(is.counts().keySet());
      return new Counts(listed(was, names), listed(is, names));
    }
    names.retainAll(is.counts().keySet());
    return new Counts(withRest(was, names), withRest(is, names));
  }

  private static List<Long> listed(Categories categories, TreeSet<String> names) {
    return names.stream().map(name -> categories.counts().getOrDefault(name, 0L)).toList();
  }

  private static List<Long> withRest(Categories categories, TreeSet<String> names) {
    var counts = new ArrayList<>(listed(categories, names));
    counts.add(categories.values() - counts.stream().mapToLong(Long::longValue).sum());
    return counts;
  }

  private static ColumnShift comparable(ProfiledColumn base, ProfiledColumn other, Counts counts) {
    return new ColumnShift(
        base, other, Optional.of(StabilityIndex.of(counts.base(), counts.other())), "");
  }

  private static ColumnShift obstacle(ProfiledColumn base, ProfiledColumn other, String why) {
    return new ColumnShift(base, other, Optional.empty(), why);
  }
}
