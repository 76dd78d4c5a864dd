package io.penstock.demo.story;

import io.penstock.demo.terminal.Figures;
import io.penstock.proto.monitoring.v1.TraceSpan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Spans as an indented tree, children in the order of their start.
final class SpanTree {

  private final List<TraceSpan> spans;
  private final List<String> lines = new ArrayList<>();

  private SpanTree(List<TraceSpan> spans) {
    this.spans =
        spans.stream()
            .sorted(
                Comparator.comparingLong((TraceSpan span) -> span.getStartTime().getSeconds())
                    .thenComparingInt(span -> span.getStartTime().getNanos()))
            .toList();
  }

  /// One line a span.
  static List<String> draw(List<TraceSpan> spans) {
    SpanTree tree = new SpanTree(spans);
    Set<String> known = spans.stream().map(TraceSpan::getSpanId).collect(Collectors.toSet());
    tree.spans.stream()
        .filter(span -> !known.contains(span.getParentSpanId()))
        .forEach(root -> tree.draw(root, 0));
    return List.copyOf(tree.lines);
  }

  private void draw(TraceSpan span, int depth) {
    String name = "  ".repeat(depth) + span.getService() + "  " + span.getOperation();
    lines.add(
        "%-76s %8s%s"
            .formatted(
                name, Figures.latency(span.getDurationUs()), span.getError() ? "  error" : ""));
    spans.stream()
        .filter(child -> child.getParentSpanId().equals(span.getSpanId()))
        .forEach(child -> draw(child, depth + 1));
  }
}
