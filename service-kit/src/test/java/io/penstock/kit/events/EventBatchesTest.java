package io.penstock.kit.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EventBatchesTest {

  private static List<Event> events(int count, int bytes) {
    return IntStream.range(0, count)
        .mapToObj(n -> new Event("e" + n, "t", "s", "k", Instant.EPOCH, new byte[bytes], Map.of()))
        .toList();
  }

  private static void assertSizes(List<Event> events, Integer... sizes) {
    List<List<Event>> batches = EventBatches.cut(events);
    assertThat(batches).extracting(List::size).containsExactly(sizes);
    assertThat(batches.stream().flatMap(List::stream)).containsExactlyElementsOf(events);
  }

  @Test
  void cut_none() {
    assertThat(EventBatches.cut(List.of())).isEmpty();
  }

  @Test
  void cut_byCount() {
    assertSizes(events(2_001, 1), 1_000, 1_000, 1);
  }

  @Test
  void cut_byBytes() {
    assertSizes(events(5, EventBatches.MAX_BYTES / 2), 2, 2, 1);
  }

  @Test
  void cut_anEventAsLargeAsABatch_goesAlone() {
    assertSizes(events(3, EventBatches.MAX_BYTES), 1, 1, 1);
  }
}
