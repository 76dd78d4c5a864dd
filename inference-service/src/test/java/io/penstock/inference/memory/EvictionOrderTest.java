package io.penstock.inference.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.inference.memory.EvictionOrder.Candidate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EvictionOrderTest {

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final long LOAD = TimeUnit.MILLISECONDS.toNanos(100);

  private static Candidate<String> candidate(String model, long idle, long load, long bytes) {
    return new Candidate<>(model, bytes, idle, load, true, false);
  }

  @Test
  void next_leastRecentlyUsedFirst() {
    assertThat(
            EvictionOrder.next(
                List.of(
                    candidate("hot", 2 * MINUTE, LOAD, 100),
                    candidate("cold", 9 * MINUTE, LOAD, 100))))
        .contains("cold");
  }

  @Test
  void next_quickToLoadAgainFirst() {
    assertThat(
            EvictionOrder.next(
                List.of(
                    candidate("slow", 2 * MINUTE, 10 * LOAD, 100),
                    candidate("quick", MINUTE, LOAD, 100))))
        .contains("quick");
  }

  @Test
  void next_largeFirst() {
    assertThat(
            EvictionOrder.next(
                List.of(
                    candidate("small", 2 * MINUTE, LOAD, 10),
                    candidate("large", MINUTE, LOAD, 1000))))
        .contains("large");
  }

  @Test
  void next_whatIsServedNoMoreGoesBeforeAnythingRouted() {
    assertThat(
            EvictionOrder.next(
                List.of(
                    candidate("routed", 60 * MINUTE, LOAD, 100),
                    new Candidate<>("lingering", 1, 1, LOAD, false, false))))
        .contains("lingering");
  }

  @Test
  void next_neverWhatIsInUse() {
    assertThat(
            EvictionOrder.next(
                List.of(
                    new Candidate<>("running", 100, MINUTE, LOAD, true, true),
                    candidate("used a moment ago", 1000, LOAD, 100))))
        .isEmpty();
  }
}
