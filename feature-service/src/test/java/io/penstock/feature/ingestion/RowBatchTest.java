package io.penstock.feature.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.feature.validation.ValidRow;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowBatchTest {

  private static final long NOW = 1000;

  @Test
  void rows_areSortedByKeyEventAndKnownTime() {
    assertThat(
            stored(
                given("b", 1, 1, 1), given("a", 2, 2, 2), given("a", 1, 9, 3), given("a", 1, 2, 4)))
        .containsExactly("a@1 known 2: 4", "a@1 known 9: 3", "a@2 known 2: 2", "b@1 known 1: 1");
  }

  @Test
  void ties_keepTheOrderInWhichTheyWereSent() {
    assertThat(stored(given("a", 1, 1, 2), given("a", 1, 1, 1)))
        .containsExactly("a@1 known 1: 2", "a@1 known 1: 1");
  }

  @Test
  void repeats_theFirstStays() {
    assertThat(stored(given("a", 1, 1, 1), given("a", 1, 1, 2), given("a", 1, 1, 1)))
        .containsExactly("a@1 known 1: 1", "a@1 known 1: 2");
  }

  @Test
  void stamped_theLastStays() {
    assertThat(stored(stamped("a", 1, 1), stamped("a", 1, 2), stamped("a", 2, 3)))
        .containsExactly("a@1 stamped: 2", "a@2 stamped: 3");
  }

  @Test
  void stampedBesideGiven_isStoredWhateverIsInForce() {
    assertThat(stored(stamped("a", 1, 1), given("a", 1, 5, 2)))
        .containsExactly("a@1 known 5: 2", "a@1 known 1000: 1");
  }

  @Test
  void locks_areAscendingAndDistinct() {
    var rows = new ValidRow[500];
    Arrays.setAll(rows, i -> given("key" + i % 100, i, i, 1));

    int[] locks = RowBatch.of(List.of(rows)).locks();

    assertThat(locks).isSorted().doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(32);
  }

  private static List<String> stored(ValidRow... rows) {
    return RowBatch.of(List.of(rows)).rows().stream().map(RowBatchTest::words).toList();
  }

  private static String words(ValidRow row) {
    String known = row.stamped() ? "stamped" : "known " + row.knownUs();
    return row.entityKey() + "@" + row.eventUs() + " " + known + ": " + row.packed()[0];
  }

  private static ValidRow given(String key, long event, long known, int value) {
    return new ValidRow(key, event, known, false, new byte[] {(byte) value});
  }

  private static ValidRow stamped(String key, long event, int value) {
    return new ValidRow(key, event, NOW, true, new byte[] {(byte) value});
  }
}
