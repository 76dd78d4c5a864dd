package io.penstock.registry.split;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.registry.split.SplitRule.Part;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitRuleTest {

  private static final List<Part> PARTS =
      List.of(new Part("train", 80), new Part("validation", 10), new Part("test", 10));

  private static final SplitRule RULE = new SplitRule("42", PARTS, "flight_id", "");

  // The vectors of docs/experiments.md, computed by the Python that is printed there.
  @ParameterizedTest
  @CsvSource({
    "'', validation",
    "flight-42, train",
    "ATL-DFW 2001-01-01, train",
    "Ünïcödé, train",
    "😀, train",
    "14, test",
    "16, validation",
    "17, test",
    "18, test"
  })
  void partOf_isWhatOthersCompute(String key, String part) {
    assertThat(RULE.partOf(key)).isEqualTo(part);
  }

  @Test
  void sha256_isWhatOthersCompute() {
    assertThat(RULE.sha256())
        .isEqualTo("4341671d4dfc9701278c52bfa2f4e000855e1cdeca95d85f32a77032e9606dae");
  }

  @Test
  void parts_getTheirShares() {
    int rows = 100_000;
    var counts =
        IntStream.range(0, rows)
            .mapToObj(row -> RULE.partOf("flight-" + row))
            .collect(groupingBy(part -> part, counting()));
    // Five standard deviations.
    assertThat(counts.getOrDefault("train", 0L) / (double) rows).isCloseTo(0.8, within(0.0064));
    assertThat(counts.getOrDefault("validation", 0L) / (double) rows)
        .isCloseTo(0.1, within(0.0048));
    assertThat(counts.getOrDefault("test", 0L) / (double) rows).isCloseTo(0.1, within(0.0048));
  }

  @Test
  void seeds_areIndependent() {
    var other = new SplitRule("43", PARTS, "flight_id", "");
    long both =
        IntStream.range(0, 100_000)
            .mapToObj(String::valueOf)
            .filter(row -> RULE.partOf(row).equals("test") && other.partOf(row).equals("test"))
            .count();
    assertThat(both / 100_000.0).isCloseTo(0.01, within(0.0016));
  }

  @Test
  void aGrowingFirstPart_keepsItsRows() {
    var more =
        new SplitRule("42", List.of(new Part("train", 90), new Part("test", 10)), "flight_id", "");
    for (int row = 0; row < 10_000; row++) {
      if (RULE.partOf("r" + row).equals("train")) {
        assertThat(more.partOf("r" + row)).isEqualTo("train");
      }
    }
  }

  @Test
  void everythingThatDecides_changesTheHash() {
    assertThat(
            List.of(
                RULE.sha256(),
                new SplitRule("43", PARTS, "flight_id", "").sha256(),
                new SplitRule("42", PARTS.reversed(), "flight_id", "").sha256(),
                new SplitRule("42", PARTS, "route", "").sha256(),
                new SplitRule("42", PARTS, "flight_id", "datasets/a/snapshots/b").sha256()))
        .doesNotHaveDuplicates();
  }
}
