package io.penstock.feature.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.feature.validation.ValidRow;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowBatchTest {

  private static final long NOW = 1000;

  @Test
  void given_areSortedByKeyEventAndKnownTime() {
    var rows =
        List.of(given("b", 1, 1, 1), given("a", 2, 2, 2), given("a", 1, 9, 3), given("a", 1, 2, 4));

    assertThat(words(RowBatch.given(rows)))
        .containsExactly("a@1 known 2: 4", "a@1 known 9: 3", "a@2 known 2: 2", "b@1 known 1: 1");
  }

  @Test
  void given_tiesKeepTheOrderInWhichTheyWereSent() {
    assertThat(words(RowBatch.given(List.of(given("a", 1, 1, 2), given("a", 1, 1, 1)))))
        .containsExactly("a@1 known 1: 2", "a@1 known 1: 1");
  }

  @Test
  void given_ofRepeatsTheFirstStays() {
    var rows = List.of(given("a", 1, 1, 1), given("a", 1, 1, 2), given("a", 1, 1, 1));

    assertThat(words(RowBatch.given(rows))).containsExactly("a@1 known 1: 1", "a@1 known 1: 2");
  }

  @Test
  void stamped_theLastOfEachEventStays() {
    var rows = List.of(stamped("a", 2, 3), stamped("a", 1, 1), stamped("a", 1, 2));

    assertThat(words(RowBatch.stamped(rows)))
        .containsExactly("a@1 known 1000: 2", "a@2 known 1000: 3");
  }

  @Test
  void givenAndStamped_areApart() {
    var rows = List.of(stamped("a", 1, 1), given("a", 1, 5, 2));

    assertThat(words(RowBatch.given(rows))).containsExactly("a@1 known 5: 2");
    assertThat(words(RowBatch.stamped(rows))).containsExactly("a@1 known 1000: 1");
  }

  @Test
  void locks_areAscendingAndDistinct() {
    List<ValidRow> rows =
        IntStream.range(0, 500).mapToObj(i -> given("key" + i % 100, i, i, 1)).toList();

    assertThat(RowBatch.locks(rows))
        .isSorted()
        .doesNotHaveDuplicates()
        .hasSizeLessThanOrEqualTo(32);
  }

  private static List<String> words(RowBatch batch) {
    return batch.rows().stream()
        .map(
            row ->
                "%s@%d known %d: %d"
                    .formatted(row.entityKey(), row.eventUs(), row.knownUs(), row.packed()[0]))
        .toList();
  }

  private static ValidRow given(String key, long event, long known, int value) {
    return new ValidRow(key, event, known, false, new byte[] {(byte) value});
  }

  private static ValidRow stamped(String key, long event, int value) {
    return new ValidRow(key, event, NOW, true, new byte[] {(byte) value});
  }
}
