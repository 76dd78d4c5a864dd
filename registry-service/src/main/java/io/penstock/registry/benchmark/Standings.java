package io.penstock.registry.benchmark;

import static java.util.stream.Collectors.toMap;

import io.penstock.registry.benchmark.Measurement.Ending;
import io.penstock.registry.statistics.Interval;
import io.penstock.registry.version.VersionName;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/// Where versions stand in the suites of their models.
@Singleton
public final class Standings {

  private final Jdbi jdbi;

  Standings(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// By each suite as it is now; a suite that has not measured the version since it changed says
  /// nothing.
  public List<Standing> of(VersionName version) {
    return jdbi.withHandle(handle -> MeasurementRepository.newest(handle, version)).stream()
        .map(Standings::standing)
        .toList();
  }

  private static Standing standing(Measurement run) {
    return new Standing(
        run.name().suite().id(),
        run.name().toString(),
        run.suite().revision(),
        run.suite().data().name(),
        run.ending().map(Ending::by).orElse(""),
        run.results().stream().collect(toMap(it -> it.measure().word(), Standings::score)),
        run.results().stream().allMatch(Result::meetsBaseline));
  }

  private static Standing.Score score(Result result) {
    return new Standing.Score(
        result.value(),
        bounds(result.interval()),
        result.rows(),
        result.comparison().map(Standings::comparison),
        result.meetsBaseline());
  }

  private static Standing.Comparison comparison(Result.Comparison comparison) {
    return new Standing.Comparison(
        comparison.version().map(VersionName::toString).orElse(""),
        comparison.value(),
        comparison.difference(),
        bounds(comparison.interval()));
  }

  private static List<Double> bounds(Optional<Interval> interval) {
    return interval.map(it -> List.of(it.lower(), it.upper())).orElse(List.of());
  }
}
