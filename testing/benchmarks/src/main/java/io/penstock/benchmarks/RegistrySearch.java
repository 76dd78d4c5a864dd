package io.penstock.benchmarks;

import io.penstock.local.LocalSuite;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.SearchRegisteredModelsRequest;
import io.penstock.proto.mlflow.v1.SearchRunsRequest;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// Measures how long the registry searches among a million runs and a million registered models, as
/// MLflow's clients do, over gRPC, with all of a run's data. The rows are put into its database
/// directly. One run, one table.
public final class RegistrySearch {

  private static final int ROWS = Integer.getInteger("rows", 1_000_000);
  private static final int SEARCHES = Integer.getInteger("searches", 200);
  // Of the rows that have a bar: their p99 is then not the one slow answer of a busy machine.
  private static final int MANY = 5 * SEARCHES;
  private static final int WARM_UP = 1_000;
  private static final int PAGE = 1_000;
  private static final int LAST_PAGE = 500;
  private static final long SEED = 2001;
  private static final String TEAM = " and tags.team = 'team-%d'";

  private final TrackingServiceGrpc.TrackingServiceBlockingStub tracking;
  private final ModelRegistryServiceGrpc.ModelRegistryServiceBlockingStub models;
  private final Random random = new Random(SEED);
  private final PrintStream out = System.out;

  private RegistrySearch(LocalSuite suite) {
    var channel =
        Channels.as(
            Channels.plain(suite.address("registry")), suite.token("benchmark", "data-scientist"));
    this.tracking = TrackingServiceGrpc.newBlockingStub(channel);
    this.models = ModelRegistryServiceGrpc.newBlockingStub(channel);
  }

  public static void main(String[] args) throws Exception {
    try (LocalSuite suite = LocalSuites.ready(home(), Map.of())) {
      SearchedRows.fill(suite.databaseUrl("registry"), ROWS);
      new RegistrySearch(suite).table();
    }
  }

  // A home that is named keeps its rows for the next time.
  private static Path home() throws IOException {
    var named = System.getProperty("home");
    return named == null ? Files.createTempDirectory("penstock-benchmark") : Path.of(named);
  }

  private void table() {
    out.printf(
        "%n%-66s %10s %10s %10s%n",
        "search, %,d rows".formatted(ROWS), "p50 ms", "p99 ms", "found");
    warmUp();
    var runs = row("1,000 runs by a metric and a tag", MANY, this::headline);
    Bars.note(
        "search 1,000 of %,d runs by a metric and a tag, p99".formatted(ROWS),
        "< 50 ms",
        runs.p99() < 50,
        "%.1f ms",
        runs.p99());
    adverse();
    pages();
    var found =
        row(
            "registered models by three tags",
            MANY,
            () -> searchModels().getRegisteredModelsCount());
    Bars.note(
        "search registered models by three tags over %,d, p99".formatted(ROWS),
        "< 10 ms",
        found.p99() < 10,
        "%.1f ms",
        found.p99());
  }

  // A service that answers its first thousand calls is not the one that people wait for.
  private void warmUp() {
    for (int i = 0; i < WARM_UP; i++) {
      headline();
      searchModels();
    }
  }

  private int headline() {
    return find(over("accuracy", 0.9) + " and tags.cohort = 'cohort-%d'", random.nextInt(100));
  }

  private void adverse() {
    row(
        "… any metric, 10 % tag",
        () -> find(over("accuracy", random.nextDouble()) + TEAM, random.nextInt(10)));
    row("… 1 % metric, 10 % tag", () -> find(over("accuracy", 0.99) + TEAM, random.nextInt(10)));
    row("… 0.1 % metric, 10 % tag", () -> find(over("accuracy", 0.999) + TEAM, random.nextInt(10)));
    row("… that nothing meets", () -> find(over("accuracy", 2) + TEAM, random.nextInt(10)));
    row("… any metric alone", () -> find(over("accuracy", random.nextDouble())));
    row("… 0.1 % metric alone", () -> find(over("accuracy", 0.999)));
    row("… two 10 % metrics", () -> find(over("accuracy", 0.9) + " and " + over("loss", 0.9)));
    row(
        "… three 10 % metrics",
        () ->
            find(String.join(" and ", over("accuracy", 0.9), over("loss", 0.9), over("f1", 0.9))));
    row(
        "… 0.1 % metric or 1 % tag",
        () -> find(over("accuracy", 0.999) + " or tags.cohort = 'cohort-%d'", random.nextInt(100)));
    row(
        "… 1 % tag, sorted by a metric",
        () -> sorted("tags.cohort = 'cohort-%d'".formatted(random.nextInt(100))));
    row(
        "… 10 % tag, sorted by a metric",
        () -> sorted("tags.team = 'team-%d'".formatted(random.nextInt(10))));
  }

  private static String over(String metric, double limit) {
    return "metrics.%s > %.6f".formatted(metric, limit);
  }

  private int find(String filter, Object... values) {
    return tracking.searchRuns(runs(filter.formatted(values)).build()).getRunsCount();
  }

  private int sorted(String filter) {
    return tracking
        .searchRuns(runs(filter).addOrderBy("metrics.accuracy DESC").build())
        .getRunsCount();
  }

  private static SearchRunsRequest.Builder runs(String filter) {
    return SearchRunsRequest.newBuilder()
        .addExperimentIds("million")
        .setFilter(filter)
        .setMaxResults(PAGE);
  }

  private io.penstock.proto.mlflow.v1.SearchRegisteredModelsResponse searchModels() {
    return models.searchRegisteredModels(
        SearchRegisteredModelsRequest.newBuilder()
            .setFilter(
                "tags.team = 't-%d' and tags.task = 'k-%d' and tags.region = 'r-%d'"
                    .formatted(random.nextInt(10), random.nextInt(100), random.nextInt(10)))
            .setMaxResults(100)
            .build());
  }

  private void pages() {
    var early = new ArrayList<Long>();
    var late = new ArrayList<Long>();
    String token = "";
    for (int page = 1; page <= LAST_PAGE; page++) {
      var request = runs(over("accuracy", 0.1)).setPageToken(token).build();
      long start = System.nanoTime();
      token = tracking.searchRuns(request).getNextPageToken();
      long nanos = System.nanoTime() - start;
      if (page <= 20) {
        early.add(nanos);
      } else if (page > LAST_PAGE - 20) {
        late.add(nanos);
      }
      if (token.isEmpty()) {
        break;
      }
    }
    print("pages 1 to 20 of 1,000 runs each", Times.of(early), PAGE);
    if (!late.isEmpty()) {
      print("pages %d to %d".formatted(LAST_PAGE - 19, LAST_PAGE), Times.of(late), PAGE);
    }
  }

  private interface Search {
    int found();
  }

  /// Latencies in milliseconds.
  private record Times(double p50, double p99) {

    static Times of(List<Long> nanos) {
      long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
      return new Times(sorted[sorted.length / 2] / 1e6, sorted[(int) (sorted.length * 0.99)] / 1e6);
    }
  }

  private Times row(String what, Search search) {
    return row(what, SEARCHES, search);
  }

  private Times row(String what, int searches, Search search) {
    for (int i = 0; i < searches / 4; i++) {
      search.found();
    }
    var nanos = new ArrayList<Long>();
    long found = 0;
    for (int i = 0; i < searches; i++) {
      long start = System.nanoTime();
      found += search.found();
      nanos.add(System.nanoTime() - start);
    }
    var times = Times.of(nanos);
    print(what, times, found / searches);
    return times;
  }

  private void print(String what, Times times, long found) {
    out.printf(Locale.ROOT, "%-66s %10.1f %10.1f %10d%n", what, times.p50(), times.p99(), found);
  }
}
