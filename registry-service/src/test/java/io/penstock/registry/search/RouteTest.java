package io.penstock.registry.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.registry.search.Leads.Lead;
import io.penstock.registry.search.Route.Terrain;
import io.penstock.registry.search.filter.Filter;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteTest {

  private static final Terrain MILLION = new Terrain(1_000_000, 1_001, true, 0);

  private static final Lead FEW = new Lead(Filter.EVERYTHING, 1_000);
  private static final Lead SOME = new Lead(Filter.EVERYTHING, 100_000);
  private static final Lead MANY = new Lead(Filter.EVERYTHING, 900_000);

  @Test
  void cheapest_fewRows_areLookedUpOneByOne() {
    assertThat(Route.cheapest(List.of(FEW, SOME), MILLION))
        .isEqualTo(new Route(List.of(FEW), false));
  }

  @Test
  void cheapest_littleInCommon_isReadFromBothIndexes() {
    assertThat(Route.cheapest(List.of(new Lead(Filter.EVERYTHING, 10_000), SOME), MILLION).leads())
        .hasSize(2);
    assertThat(Route.cheapest(List.of(new Lead(Filter.EVERYTHING, 10_000), SOME), MILLION).walk())
        .isFalse();
  }

  @Test
  void cheapest_nearlyEverything_isWalkedAlong() {
    assertThat(Route.cheapest(List.of(MANY), MILLION)).isEqualTo(new Route(List.of(), true));
  }

  @Test
  void cheapest_medium_isKeptAtHandWhileWalking() {
    assertThat(Route.cheapest(List.of(SOME), MILLION)).isEqualTo(new Route(List.of(SOME), true));
  }

  @Test
  void cheapest_otherOrder_neverWalksWhatALeadNarrows() {
    var unordered = new Terrain(1_000_000, 1_001, false, 0);

    assertThat(Route.cheapest(List.of(SOME), unordered)).isEqualTo(new Route(List.of(SOME), false));
  }
}
