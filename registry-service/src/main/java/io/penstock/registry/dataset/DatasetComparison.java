package io.penstock.registry.dataset;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import io.penstock.registry.profile.ColumnShift;
import io.penstock.registry.profile.ProfiledColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// What differs between two snapshots.
///
/// @param files empty where one of them has no manifest
/// @param shifts of the columns that both have in their profiles
/// @param onOneSide columns that only one profile has
record DatasetComparison(
    DatasetName base,
    DatasetName other,
    Optional<Files> files,
    List<SchemaChange> schemaChanges,
    List<ColumnShift> shifts,
    List<String> onOneSide) {

  /// @param moved the same bytes under another path
  record Files(
      List<DatasetFile> added,
      List<DatasetFile> removed,
      List<FileChange> changed,
      List<FileChange> moved,
      int unchanged) {}

  record FileChange(DatasetFile before, DatasetFile after) {}

  /// A column that came, went, or is another one now.
  record SchemaChange(Optional<SchemaColumn> before, Optional<SchemaColumn> after) {}

  static DatasetComparison between(
      Dataset base,
      List<ProfiledColumn> baseProfile,
      Dataset other,
      List<ProfiledColumn> otherProfile) {
    var was = byKey(baseProfile, ProfiledColumn::name);
    var is = byKey(otherProfile, ProfiledColumn::name);
    var onOneSide = new ArrayList<>(without(was, is).keySet());
    onOneSide.addAll(without(is, was).keySet());
    return new DatasetComparison(
        base.name(),
        other.name(),
        base.manifest().flatMap(from -> other.manifest().map(to -> files(from, to))),
        base.manifest()
            .flatMap(from -> other.manifest().map(to -> schemaChanges(from, to)))
            .orElse(List.of()),
        was.values().stream()
            .flatMap(
                column ->
                    Stream.ofNullable(is.get(column.name()))
                        .map(now -> ColumnShift.between(column, now)))
            .toList(),
        List.copyOf(onOneSide));
  }

  private static Files files(Manifest from, Manifest to) {
    var was = byKey(from.files(), DatasetFile::path);
    var is = byKey(to.files(), DatasetFile::path);
    var removed = without(was, is);
    var added = without(is, was);
    var moved = takeMoved(removed, added);
    var kept =
        was.values().stream()
            .flatMap(
                file ->
                    Stream.ofNullable(is.get(file.path())).map(now -> new FileChange(file, now)))
            .toList();
    var changed = kept.stream().filter(pair -> !pair.before().equals(pair.after())).toList();
    return new Files(
        List.copyOf(added.values()),
        List.copyOf(removed.values()),
        changed,
        moved,
        kept.size() - changed.size());
  }

  private static List<FileChange> takeMoved(
      Map<String, DatasetFile> removed, Map<String, DatasetFile> added) {
    var arrived = new HashMap<String, DatasetFile>();
    added.values().forEach(file -> arrived.putIfAbsent(file.sha256(), file));
    var moved = new ArrayList<FileChange>();
    for (var file : List.copyOf(removed.values())) {
      var now = arrived.remove(file.sha256());
      if (now != null) {
        moved.add(new FileChange(file, now));
        removed.remove(file.path());
        added.remove(now.path());
      }
    }
    return moved;
  }

  private static List<SchemaChange> schemaChanges(Manifest from, Manifest to) {
    var was = byKey(from.schema(), SchemaColumn::name);
    var is = byKey(to.schema(), SchemaColumn::name);
    var changes = new ArrayList<SchemaChange>();
    was.forEach(
        (name, column) -> {
          var now = Optional.ofNullable(is.get(name));
          if (!now.equals(Optional.of(column))) {
            changes.add(new SchemaChange(Optional.of(column), now));
          }
        });
    without(is, was)
        .values()
        .forEach(column -> changes.add(new SchemaChange(Optional.empty(), Optional.of(column))));
    return changes;
  }

  private static <T> Map<String, T> byKey(List<T> values, Function<T, String> key) {
    return values.stream().collect(toMap(key, identity(), (a, _) -> a, LinkedHashMap::new));
  }

  private static <T> Map<String, T> without(Map<String, T> all, Map<String, ?> others) {
    var rest = new LinkedHashMap<>(all);
    rest.keySet().removeAll(others.keySet());
    return rest;
  }
}
