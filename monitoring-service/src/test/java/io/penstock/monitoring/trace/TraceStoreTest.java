package io.penstock.monitoring.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TraceStoreTest {

  private static final long SEED = 3;

  private final TraceStore store = new TraceStore(new TraceConfig(10, 1 << 20, 5, 1 << 20));

  @Test
  void find_putsParentsBeforeChildren() {
    var spans =
        new ArrayList<>(
            List.of(
                span("t", "root", "", 0),
                span("t", "b", "root", 2),
                span("t", "a", "root", 1),
                span("t", "aa", "a", 5)));
    Collections.shuffle(spans, new Random(SEED));
    store.add(spans);

    assertThat(store.find("t").orElseThrow())
        .extracting(TraceSpan::spanId)
        .containsExactly("root", "a", "aa", "b");
  }

  @Test
  void find_withAMissingParentOrACircle_stillGivesEverySpan() {
    store.add(
        List.of(
            span("t", "orphan", "never came", 0),
            span("t", "x", "y", 1),
            span("t", "y", "x", 2),
            span("t", "self", "self", 3)));

    assertThat(store.find("t").orElseThrow())
        .extracting(TraceSpan::spanId)
        .containsExactly("orphan", "x", "y", "self");
  }

  @Test
  void add_theSameSpanTwice_keepsOne() {
    store.add(List.of(span("t", "a", "", 0)));
    store.add(List.of(span("t", "a", "", 0)));

    assertThat(store.spans()).isEqualTo(1);
    assertThat(store.bytes()).isEqualTo(span("t", "a", "", 0).bytes());
  }

  @Test
  void add_beyondTheLimit_evictsTheOldestTraceWhole() {
    for (int trace = 0; trace < 4; trace++) {
      store.add(
          List.of(
              span("t" + trace, "a", "", 0),
              span("t" + trace, "b", "a", 1),
              span("t" + trace, "c", "a", 2)));
    }

    assertThat(store.find("t0")).isEmpty();
    assertThat(store.find("t1").orElseThrow()).hasSize(3);
    assertThat(store.spans()).isEqualTo(9);
  }

  @Test
  void add_beyondTheLimitOfATrace_rejectsTheRest() {
    var spans = new ArrayList<TraceSpan>();
    for (int i = 0; i < 8; i++) {
      spans.add(span("t", "s" + i, "", i));
    }

    assertThat(store.add(spans)).isEqualTo(3);
    assertThat(store.find("t").orElseThrow()).hasSize(5);
  }

  @Test
  void add_largeAttributes_evictsByBytes() {
    var large = Map.of("text", "x".repeat(600_000));
    store.add(List.of(new TraceSpan("t0", "a", "", "s", "o", Instant.EPOCH, 1, large, false)));
    store.add(List.of(new TraceSpan("t1", "a", "", "s", "o", Instant.EPOCH, 1, large, false)));

    assertThat(store.find("t0")).isEmpty();
    assertThat(store.find("t1")).isPresent();
  }

  private static TraceSpan span(String trace, String id, String parent, long start) {
    return new TraceSpan(
        trace, id, parent, "service", "op", Instant.ofEpochMilli(start), 1, Map.of(), false);
  }
}
