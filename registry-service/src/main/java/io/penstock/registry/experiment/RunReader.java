package io.penstock.registry.experiment;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.penstock.registry.lineage.RunLinkRepository;
import io.penstock.registry.lineage.RunLinks;
import io.penstock.registry.metric.MetricKeys;
import io.penstock.registry.metric.MetricPoint;
import io.penstock.registry.metric.MetricRepository;
import io.penstock.registry.metric.RunPoint;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/// Reads whole runs: one query a table, whatever the number of runs.
@Singleton
public final class RunReader {

  private final MetricKeys keys;

  RunReader(MetricKeys keys) {
    this.keys = keys;
  }

  /// The runs of these numbers (`run.id`), in their order; a number that is no run's is left out.
  public List<Run> read(Handle handle, List<Long> ids) {
    var rows =
        RunRepository.find(handle, ids).stream()
            .collect(toMap(RunRepository.Row::id, Function.identity()));
    return whole(handle, ids.stream().map(rows::get).filter(Objects::nonNull).toList());
  }

  List<Run> whole(Handle handle, List<RunRepository.Row> rows) {
    var ids = rows.stream().map(RunRepository.Row::id).toList();
    var params = RunEntryRepository.params(handle, ids);
    var metrics = metrics(handle, ids);
    var tags = RunEntryRepository.tags(handle, ids);
    var inputs = RunEntryRepository.inputs(handle, ids);
    var links = RunLinkRepository.links(handle, ids);
    return rows.stream()
        .map(
            row ->
                new Run(
                    row.name(),
                    row.displayName(),
                    row.status(),
                    row.lifecycle(),
                    params.getOrDefault(row.id(), Map.of()),
                    metrics.getOrDefault(row.id(), List.of()),
                    tags.getOrDefault(row.id(), Map.of()),
                    inputs.getOrDefault(row.id(), List.of()),
                    links.getOrDefault(row.id(), RunLinks.NONE),
                    row.artifactUri(),
                    row.startMs(),
                    row.endMs(),
                    row.userId(),
                    row.createdBy()))
        .toList();
  }

  private Map<Long, List<MetricPoint>> metrics(Handle handle, Collection<Long> runs) {
    var latest = MetricRepository.latest(handle, runs);
    var names = keys.keysOf(handle, latest.stream().map(RunPoint::key).collect(toSet()));
    return latest.stream()
        .collect(groupingBy(RunPoint::run, mapping(point -> named(point, names), toList())));
  }

  private static MetricPoint named(RunPoint point, Map<Integer, String> names) {
    return new MetricPoint(
        names.getOrDefault(point.key(), ""), point.value(), point.step(), point.timeMs());
  }
}
