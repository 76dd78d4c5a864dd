package io.penstock.registry.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagRouteTest {

  @ParameterizedTest
  @CsvSource({
    "0.0001, true, COLLECT",
    "0.001, true, COLLECT",
    "0.01, true, WALK",
    "0.1, true, WALK",
    "0.01, false, COLLECT",
    "0.1, false, COLLECT",
    "0.9, false, WALK"
  })
  void cheapest_collectsWhatIsRare_andWhatHasNoOrderAnyway(
      double share, boolean ordered, TagRoute expected) {
    assertThat(TagRoute.cheapest(1_000_000, share, 101, ordered)).isEqualTo(expected);
  }
}
