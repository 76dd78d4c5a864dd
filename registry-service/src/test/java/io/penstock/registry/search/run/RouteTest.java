package io.penstock.registry.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.run.Leads.Lead;
import io.penstock.registry.search.run.Route.Terrain;
import io.penstock.registry.search.run.Route.Way;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteTest {

  private static final Terrain MILLION = new Terrain(1_000_000, 1_001, true, 0, 0);

  private static final Lead FEW = new Lead(Filter.EVERYTHING, 1_000);
  private static final Lead SOME = new Lead(Filter.EVERYTHING, 100_000);
  private static final Lead MANY = new Lead(Filter.EVERYTHING, 900_000);

  @Test
  void cheapest_fewRows_areLookedUpOneByOne() {
    assertThat(Route.cheapest(List.of(FEW, SOME), MILLION))
        .isEqualTo(new Route(List.of(FEW), Way.COLLECT));
  }

  @Test
  void cheapest_littleInCommon_isReadFromBothIndexes() {
    assertThat(Route.cheapest(List.of(new Lead(Filter.EVERYTHING, 10_000), SOME), MILLION).leads())
        .hasSize(2);
    assertThat(Route.cheapest(List.of(new Lead(Filter.EVERYTHING, 10_000), SOME), MILLION).way())
        .isEqualTo(Way.COLLECT);
  }

  @Test
  void cheapest_nearlyEverything_isWalkedAlong() {
    assertThat(Route.cheapest(List.of(MANY), MILLION)).isEqualTo(new Route(List.of(), Way.WALK));
  }

  @Test
  void cheapest_mostRows_areLookedUpWhileWalking() {
    var most = new Lead(Filter.EVERYTHING, 620_000);

    assertThat(Route.cheapest(List.of(most), MILLION)).isEqualTo(new Route(List.of(), Way.WALK));
  }

  @Test
  void cheapest_beyondConditionsOfWhichNothingIsKnown_takesTheWholeWalkIntoAccount() {
    var other = new Terrain(1_000_000, 1_001, true, 0, 1);

    assertThat(Route.cheapest(List.of(new Lead(Filter.EVERYTHING, 620_000)), other).leads())
        .hasSize(1);
  }

  @Test
  void cheapest_medium_isKeptAtHandWhileWalking() {
    assertThat(Route.cheapest(List.of(SOME), MILLION))
        .isEqualTo(new Route(List.of(SOME), Way.WALK));
  }

  @Test
  void cheapest_otherOrder_neverWalksWhatALeadNarrows() {
    var unordered = new Terrain(1_000_000, 1_001, false, 0, 0);

    assertThat(Route.cheapest(List.of(SOME), unordered))
        .isEqualTo(new Route(List.of(SOME), Way.COLLECT));
  }

  @Test
  void cheapest_manyRowsByAMetric_areClimbed() {
    var million = byMetric(1_000_000);

    assertThat(Route.cheapest(List.of(SOME), million))
        .isEqualTo(new Route(List.of(SOME), Way.CLIMB));
    assertThat(Route.cheapest(List.of(), million)).isEqualTo(new Route(List.of(), Way.CLIMB));
  }

  @Test
  void cheapest_fewRowsByAMetric_areSorted() {
    assertThat(Route.cheapest(List.of(FEW), byMetric(1_000_000)))
        .isEqualTo(new Route(List.of(FEW), Way.COLLECT));
    assertThat(Route.cheapest(List.of(FEW), byMetric(100_000_000)).way()).isEqualTo(Way.COLLECT);
  }

  private static Terrain byMetric(long values) {
    return new Terrain(1_000_000, 1_001, false, values, 0);
  }
}
