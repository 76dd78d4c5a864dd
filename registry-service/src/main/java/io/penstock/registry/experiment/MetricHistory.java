package io.penstock.registry.experiment;

import static java.util.stream.Collectors.groupingBy;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.metric.MetricPoint;
import io.penstock.registry.metric.MetricRepository;
import io.penstock.registry.metric.RunPoint;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// What runs have logged of a metric over time. A run or metric that does not exist has no history.
@Singleton
public final class MetricHistory {

  /// A point and the id of the run that logged it.
  public record Measured(String run, MetricPoint point) {}

  /// Steps from the first to the last, both included.
  public record Steps(long first, long last) {

    public static final Steps ALL = new Steps(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private final Jdbi jdbi;

  MetricHistory(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// In the order of time, then step, then value.
  public Page<MetricPoint> page(String run, String key, PageRequest page) {
    return jdbi.withHandle(
        handle ->
            Runs.number(handle, run)
                .map(number -> MetricRepository.page(handle, number, key, page))
                .orElseGet(() -> new Page<>(List.of(), "")));
  }

  /// In the order of the calls that logged the points; empty where they are more than so many.
  public Optional<List<MetricPoint>> asLogged(String run, String key, int most) {
    List<MetricPoint> points =
        jdbi.withHandle(
            handle ->
                Runs.number(handle, run)
                    .map(number -> MetricRepository.asLogged(handle, number, key, most + 1))
                    .orElseGet(List::of));
    return points.size() > most ? Optional.empty() : Optional.of(points);
  }

  /// The history of one metric in many runs, run after run in the order of their ids.
  public List<Measured> of(List<String> runs, String key, int most) {
    return jdbi.withHandle(
        handle -> {
          var numbers = new TreeMap<>(RunRepository.numbers(handle, runs));
          return numbers.entrySet().stream()
              .flatMap(
                  run ->
                      MetricRepository.first(handle, run.getValue(), key, most).stream()
                          .map(point -> measured(run.getKey(), key, point)))
              .limit(most)
              .toList();
        });
  }

  /// The same in at most so many points a run, evenly spread over the steps, first and last among
  /// them. In the order of the runs given.
  public List<Measured> sampled(List<String> runs, String key, Steps steps, int mostOfRun) {
    return jdbi.withHandle(handle -> sampled(handle, runs, key, steps, mostOfRun));
  }

  private static List<Measured> sampled(
      Handle handle, List<String> runs, String key, Steps steps, int most) {
    Map<String, Long> numbers = RunRepository.numbers(handle, runs);
    var points =
        MetricRepository.sampled(handle, numbers.values(), key, steps.first(), steps.last(), most)
            .stream()
            .collect(groupingBy(RunPoint::run));
    return runs.stream()
        .flatMap(
            run ->
                withoutSurplus(points.getOrDefault(numbers.getOrDefault(run, 0L), List.of()), most)
                    .map(point -> measured(run, key, point)))
        .toList();
  }

  // The last point comes on top of the sample where it is not in it by chance: it takes the place
  // of
  // the one before.
  private static Stream<RunPoint> withoutSurplus(List<RunPoint> points, int most) {
    return points.size() <= most
        ? points.stream()
        : Stream.concat(points.stream().limit(most - 1L), Stream.of(points.getLast()));
  }

  private static Measured measured(String run, String key, RunPoint point) {
    return new Measured(run, new MetricPoint(key, point.value(), point.step(), point.timeMs()));
  }
}
