package io.penstock.registry.experiment;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import io.penstock.registry.experiment.RunRepository.Row;
import io.penstock.registry.lineage.RunLinkRepository;
import io.penstock.registry.lineage.RunLinks;
import io.penstock.registry.metric.MetricKeys;
import io.penstock.registry.metric.MetricPoint;
import io.penstock.registry.metric.MetricRepository;
import io.penstock.registry.metric.RunPoint;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/// Reads whole runs: of settled ones the row says what they logged, of others their tables do, one
/// query each, whatever the number of runs.
@Singleton
public final class RunReader {

  private static final Map<Long, List<RunInput>> NO_INPUTS = Map.of();
  private static final Map<Long, RunLinks> NO_LINKS = Map.of();

  private final MetricKeys keys;

  RunReader(MetricKeys keys) {
    this.keys = keys;
  }

  /// The row of a result that has all columns of the table of runs.
  public static Row row(ResultSet row, StatementContext context) throws SQLException {
    return RunRepository.read(row);
  }

  /// The whole runs of these rows, in their order.
  public List<Run> whole(Handle handle, List<Row> rows) {
    var entries = entries(handle, rows);
    var names = names(handle, entries.values());
    var linked = rows.stream().map(Row::id).filter(id -> of(entries, id).linked()).toList();
    var inputs = linked.isEmpty() ? NO_INPUTS : RunEntryRepository.inputs(handle, linked);
    var links = linked.isEmpty() ? NO_LINKS : RunLinkRepository.links(handle, linked);
    return rows.stream()
        .map(
            row ->
                whole(
                    row,
                    of(entries, row.id()),
                    names,
                    inputs.getOrDefault(row.id(), List.of()),
                    links.getOrDefault(row.id(), RunLinks.NONE)))
        .toList();
  }

  private static StoredEntries of(Map<Long, StoredEntries> entries, long run) {
    return Objects.requireNonNull(entries.get(run));
  }

  private static Map<Long, StoredEntries> entries(Handle handle, List<Row> rows) {
    var entries = new HashMap<Long, StoredEntries>();
    for (var row : rows) {
      if (row.entries() != null) {
        entries.put(row.id(), StoredEntries.read(row.id(), row.entries()));
      }
    }
    var others = rows.stream().map(Row::id).filter(id -> !entries.containsKey(id)).toList();
    if (!others.isEmpty()) {
      entries.putAll(ofTables(handle, others));
    }
    return entries;
  }

  private static Map<Long, StoredEntries> ofTables(Handle handle, List<Long> runs) {
    var params = RunEntryRepository.params(handle, runs);
    var tags = RunEntryRepository.tags(handle, runs);
    var metrics = MetricRepository.latest(handle, runs).stream().collect(groupingBy(RunPoint::run));
    var entries = new HashMap<Long, StoredEntries>();
    for (var run : runs) {
      entries.put(
          run,
          new StoredEntries(
              params.getOrDefault(run, Map.of()),
              tags.getOrDefault(run, Map.of()),
              metrics.getOrDefault(run, List.of()),
              true));
    }
    return entries;
  }

  private Map<Integer, String> names(Handle handle, Collection<StoredEntries> entries) {
    var used =
        entries.stream().flatMap(one -> one.metrics().stream()).map(RunPoint::key).collect(toSet());
    return keys.keysOf(handle, used);
  }

  private static Run whole(
      Row row,
      StoredEntries entries,
      Map<Integer, String> names,
      List<RunInput> inputs,
      RunLinks links) {
    return new Run(
        row.name(),
        row.displayName(),
        row.status(),
        row.lifecycle(),
        entries.params(),
        entries.metrics().stream().map(point -> named(point, names)).toList(),
        entries.tags(),
        inputs,
        links,
        row.artifactUri(),
        row.startMs(),
        row.endMs(),
        row.userId(),
        row.createdBy());
  }

  private static MetricPoint named(RunPoint point, Map<Integer, String> names) {
    return new MetricPoint(
        names.getOrDefault(point.key(), ""), point.value(), point.step(), point.timeMs());
  }
}
