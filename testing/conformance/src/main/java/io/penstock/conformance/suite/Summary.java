package io.penstock.conformance.suite;

import io.penstock.conformance.suite.Outcome.Verdict;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The table at the end of a run: extensions and sections, and how their cases ended.
public final class Summary {

  private record Row(Extension extension, Section section) {}

  private final List<Outcome> outcomes;

  public Summary(List<Outcome> outcomes) {
    this.outcomes = List.copyOf(outcomes);
  }

  public long count(Verdict verdict) {
    return outcomes.stream().filter(outcome -> outcome.is(verdict)).count();
  }

  /// Whether nothing that must be was otherwise.
  public boolean isConformant() {
    return count(Verdict.FAILED) == 0;
  }

  public String table() {
    var rows = rows();
    var format = "%-22s %-30s %7s %7s %7s %8s%n";
    var text = new StringBuilder();
    text.append(format.formatted("extension", "section", "passed", "failed", "missed", "skipped"));
    rows.forEach((row, ends) -> text.append(line(format, row, ends)));
    text.append(
        format.formatted(
            "all",
            "",
            count(Verdict.PASSED),
            count(Verdict.FAILED),
            count(Verdict.MISSED),
            count(Verdict.SKIPPED)));
    return text.toString();
  }

  private Map<Row, Map<Verdict, Long>> rows() {
    var order = java.util.Comparator.comparing(Row::extension).thenComparing(Row::section);
    return outcomes.stream()
        .collect(
            Collectors.groupingBy(
                outcome -> new Row(outcome.of().extension(), outcome.of().section()),
                () -> new TreeMap<>(order),
                Collectors.groupingBy(Outcome::verdict, Collectors.counting())));
  }

  private static String line(String format, Row row, Map<Verdict, Long> ends) {
    return format.formatted(
        row.extension().label(),
        row.section().title(),
        ends.getOrDefault(Verdict.PASSED, 0L),
        ends.getOrDefault(Verdict.FAILED, 0L),
        ends.getOrDefault(Verdict.MISSED, 0L),
        ends.getOrDefault(Verdict.SKIPPED, 0L));
  }
}
