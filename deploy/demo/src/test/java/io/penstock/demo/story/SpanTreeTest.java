package io.penstock.demo.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.proto.monitoring.v1.TraceSpan;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanTreeTest {

  @Test
  void draw_indentsChildrenInTheOrderOfTheirStart() {
    List<String> lines =
        SpanTree.draw(
            List.of(
                span("a", "caller", "gateway", 0),
                span("d", "b", "run", 30),
                span("b", "a", "inference", 10),
                span("c", "b", "feature", 20)));
    assertThat(lines)
        .extracting(line -> line.replaceAll("  s.*", ""))
        .containsExactly("gateway", "  inference", "    feature", "    run");
  }

  @Test
  void draw_spansWhoseParentIsMissing() {
    assertThat(SpanTree.draw(List.of(span("b", "lost", "inference", 0)))).hasSize(1);
  }

  private static TraceSpan span(String id, String parent, String service, int startMicros) {
    TraceSpan.Builder span =
        TraceSpan.newBuilder()
            .setSpanId(id)
            .setParentSpanId(parent)
            .setService(service)
            .setOperation("s")
            .setDurationUs(1_000);
    span.getStartTimeBuilder().setSeconds(1).setNanos(1_000 * startMicros);
    return span.build();
  }
}
