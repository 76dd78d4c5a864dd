package io.penstock.e2e.docs;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsPageTest {

  private static final String PAGE = "docs/operations.md";
  private static final Pattern METRIC =
      Pattern.compile("\\b(penstock|rpc_server|http_server)_[a-z_]+\\b");

  @ParameterizedTest
  @ValueSource(
      strings = {
        PAGE,
        "deploy/observability/alerts.yml",
        "deploy/observability/alerts_test.yml",
        "deploy/observability/grafana/penstock.json"
      })
  void everyMetricNamed_isMadeByTheCode(String file) {
    var possible = MeterNames.possible();
    var named =
        METRIC.matcher(Documents.read(file)).results().map(MatchResult::group).collect(toSet());
    assertThat(named).isNotEmpty();
    assertThat(named.stream().filter(name -> meters(name).noneMatch(possible::contains)))
        .as(file)
        .isEmpty();
  }

  @Test
  void everyMetricOfTheCode_isDocumented() {
    Set<String> documented =
        MarkdownTable.in(Documents.read(PAGE), "metric", "labels", "what").stream()
            .flatMap(table -> table.rows().stream())
            .map(row -> row.getOrDefault("metric", ""))
            .collect(toSet());
    assertThat(MeterNames.whole()).isNotEmpty();
    assertThat(
            MeterNames.whole().stream()
                .filter(name -> series(name).noneMatch(documented::contains)))
        .as(PAGE)
        .isEmpty();
  }

  /// The meters that a series can be of: Prometheus appends the unit, and which part of a histogram
  /// it is.
  private static Stream<String> meters(String series) {
    var metric = series.replaceFirst("_(count|sum|bucket)$", "");
    return Stream.of(metric, metric.replaceFirst("_(seconds|total)$", ""));
  }

  private static Stream<String> series(String meter) {
    return Stream.of(meter, meter + "_seconds", meter + "_total");
  }
}
