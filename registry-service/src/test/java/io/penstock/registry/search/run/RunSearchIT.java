package io.penstock.registry.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.kit.failure.FailureException;
import io.penstock.kit.page.Page;
import io.penstock.registry.search.SearchRequest;
import io.penstock.registry.search.View;
import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Order;
import io.penstock.registry.search.filter.RunVocabulary;
import io.penstock.registry.search.run.Leads.Lead;
import io.penstock.registry.search.run.Route.Choice;
import io.penstock.registry.search.run.Route.Terrain;
import io.penstock.registry.search.run.Route.Way;
import io.penstock.testkit.PostgresExtension;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunSearchIT {

  private static final long SEED = 20_261_122L;

  private static final List<String> ORDERS =
      List.of(
          "metrics.k",
          "metrics.`a b` DESC",
          "params.k",
          "tags.`a b` DESC",
          "tags.never",
          "attributes.end_time",
          "attributes.end_time DESC",
          "start_time",
          "`Run name` DESC",
          "user_id");

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  private static final RowMapper<String> RUN_ID = (row, _) -> row.getString("run_id");

  private static final SearchedRuns runs = new SearchedRuns(new Random(SEED), 80);
  private static Jdbi jdbi;

  @BeforeAll
  static void insertRuns() {
    jdbi = postgres.open("registry").jdbi();
    jdbi.useTransaction(runs::insert);
  }

  static Stream<Choice> routes() {
    return Stream.of(
        Route::cheapest,
        (leads, _) -> collect(leads),
        (leads, _) -> collect(leads.stream().limit(1).toList()),
        (leads, _) -> new Route(leads, Way.WALK),
        (leads, _) -> new Route(List.of(), Way.WALK));
  }

  private static Route collect(List<Lead> leads) {
    return new Route(leads, leads.isEmpty() ? Way.WALK : Way.COLLECT);
  }

  @ParameterizedTest
  @MethodSource("routes")
  void search_anyFilter_findsWhatItMeans(Choice choice) {
    var random = new Random(SEED);
    var filters = new Filters(random);
    for (int i = 0; i < 300; i++) {
      var filter = filters.next(3);
      var text = Filters.print(filter);
      assertThat(Filter.parse(text, RunVocabulary.INSTANCE)).as(text).isEqualTo(filter);
      assertThat(find(text, List.of(), 1_000, choice))
          .as("seed %d: %s", SEED, text)
          .isEqualTo(runs.find(filter, List.of()));
    }
  }

  static Stream<Choice> climbs() {
    return Stream.of(
        Route::cheapest,
        (leads, terrain) -> climb(leads, terrain),
        (_, terrain) -> climb(List.of(), terrain));
  }

  private static Route climb(List<Lead> leads, Terrain terrain) {
    return new Route(leads, terrain.values() > 0 ? Way.CLIMB : Way.WALK);
  }

  @ParameterizedTest
  @MethodSource("climbs")
  void search_anyOrder_pagesGiveEveryRunOnceInOrder(Choice choice) {
    var random = new Random(SEED);
    var filters = new Filters(random);
    for (int i = 0; i < 150; i++) {
      var filter = filters.next(1);
      var orders =
          Stream.generate(() -> ORDERS.get(random.nextInt(ORDERS.size())))
              .limit(random.nextInt(3))
              .distinct()
              .toList();
      orders = orders.containsAll(ORDERS.subList(5, 7)) ? List.of() : orders;
      assertThat(find(Filters.print(filter), orders, 1 + random.nextInt(20), choice))
          .as("seed %d: %s by %s", SEED, Filters.print(filter), orders)
          .isEqualTo(runs.find(filter, Order.parse(orders, RunVocabulary.INSTANCE)));
    }
  }

  private static List<String> find(String filter, List<String> orders, int pageSize) {
    return find(filter, orders, pageSize, Route::cheapest);
  }

  /// All pages together.
  private static List<String> find(
      String filter, List<String> orders, int pageSize, Choice choice) {
    return jdbi.inTransaction(
        handle -> {
          var found = new ArrayList<String>();
          var token = "";
          do {
            var page =
                RunSearch.search(
                    handle,
                    List.of("e"),
                    View.ACTIVE,
                    new SearchRequest(filter, orders, pageSize, token),
                    RUN_ID,
                    choice);
            found.addAll(page.rows());
            token = page.nextToken();
          } while (!token.isEmpty());
          return found;
        });
  }

  @Test
  void search_views_showTheirPartOfTheLifeCycle() {
    assertThat(count(View.ALL)).isEqualTo(80);
    assertThat(count(View.DELETED)).isZero();
  }

  private static int count(View view) {
    var request = new SearchRequest("", List.of(), 1_000, "");
    return jdbi.withHandle(
        handle ->
            RunSearch.search(handle, List.of("e", "other"), view, request, RUN_ID).rows().size());
  }

  @Test
  void search_tokenOfAnotherSearch_isRefused() {
    var token = page("tags.k = 'a' OR start_time >= 0", "").nextToken();

    assertThat(page("tags.k = 'a' OR start_time >= 0", token).rows()).isNotEmpty();
    assertInvalid("start_time >= 0", token, "belongs to a search with another filter");
    assertInvalid("", "not a token", "Invalid page token");
    assertInvalid("", "bm90IGEgdG9rZW4", "Invalid page token");
  }

  private static Page<String> page(String filter, String token) {
    var request = new SearchRequest(filter, List.of("metrics.k"), 5, token);
    return jdbi.withHandle(
        handle -> RunSearch.search(handle, List.of("e"), View.ACTIVE, request, RUN_ID));
  }

  private static void assertInvalid(String filter, String token, String text) {
    assertThatThrownBy(() -> page(filter, token))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure().toString()).contains(text));
  }

  @Test
  void search_charactersThatNoTextHas_areRefused() {
    assertInvalid("tags.k = '\0'", "", "NUL");
  }

  @Test
  void search_pageSizes_areBounded() {
    assertThatThrownBy(() -> find("", List.of(), 0))
        .isInstanceOfSatisfying(
            FailureException.class,
            e ->
                assertThat(e.failure().toString())
                    .contains(
                        "Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer"));
    assertThatThrownBy(() -> find("", List.of(), 50_001))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure().toString()).contains("It must be at most 50000"));
  }

  @Test
  void search_manyComparisons_arePlannedInTime() {
    var filter = String.join(" AND ", Collections.nCopies(100, "tags.k != 'zzz'"));

    assertThat(find(filter, List.of(), 100)).isNotEmpty();
  }
}
