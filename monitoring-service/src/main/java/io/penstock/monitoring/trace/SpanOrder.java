package io.penstock.monitoring.trace;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Puts the spans of a trace in the order in which a tree is read: each after its parent, siblings
/// by their start.
final class SpanOrder {

  private static final Comparator<TraceSpan> BY_START =
      Comparator.comparing(TraceSpan::start).thenComparing(TraceSpan::spanId);

  private SpanOrder() {}

  /// Spans whose parent is not there, because it was not sampled or has not come yet, stand where a
  /// root would. Spans that are each other's parents, which no honest exporter sends, come last.
  static List<TraceSpan> parentsFirst(List<TraceSpan> spans) {
    var sorted = spans.stream().sorted(BY_START).toList();
    Set<String> known = new HashSet<>();
    sorted.forEach(span -> known.add(span.spanId()));
    Map<String, List<TraceSpan>> children = new HashMap<>();
    List<TraceSpan> roots = new ArrayList<>();
    for (var span : sorted) {
      if (known.contains(span.parentId())) {
        children.computeIfAbsent(span.parentId(), _ -> new ArrayList<>()).add(span);
      } else {
        roots.add(span);
      }
    }
    List<TraceSpan> ordered = walk(roots, children);
    if (ordered.size() < sorted.size()) {
      var placed = new HashSet<>(ordered);
      sorted.stream().filter(span -> !placed.contains(span)).forEach(ordered::add);
    }
    return ordered;
  }

  private static List<TraceSpan> walk(
      List<TraceSpan> roots, Map<String, List<TraceSpan>> children) {
    List<TraceSpan> ordered = new ArrayList<>();
    Deque<TraceSpan> next = new ArrayDeque<>(roots);
    while (!next.isEmpty()) {
      var span = next.pop();
      ordered.add(span);
      children.getOrDefault(span.spanId(), List.of()).reversed().forEach(next::push);
    }
    return ordered;
  }
}
