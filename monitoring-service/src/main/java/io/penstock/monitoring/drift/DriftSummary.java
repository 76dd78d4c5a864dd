package io.penstock.monitoring.drift;

import io.penstock.monitoring.drift.DriftRepository.JudgedWindow;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A drift report in a few sentences.
final class DriftSummary {

  private static final int NAMED_COLUMNS = 5;
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);

  private record Found(JudgedWindow window, ColumnDrift column) {}

  private DriftSummary() {}

  static String of(List<JudgedWindow> windows) {
    if (windows.isEmpty()) {
      return "No window has closed yet.";
    }
    var tested = windows.stream().filter(window -> window.skipped().isEmpty()).toList();
    if (tested.isEmpty()) {
      return "None of %d windows could be tested: %s."
          .formatted(windows.size(), windows.getLast().skipped());
    }
    var found = found(tested);
    return found.isEmpty()
        ? "No column drifted in %d tested windows.".formatted(tested.size())
        : drifted(tested.size(), found);
  }

  private static List<Found> found(List<JudgedWindow> windows) {
    return windows.stream()
        .flatMap(window -> window.columns().stream().map(column -> new Found(window, column)))
        .filter(found -> found.column().drifted())
        .toList();
  }

  private static String drifted(int windows, List<Found> found) {
    var farthest =
        found.stream()
            .collect(
                Collectors.toMap(
                    one -> one.column().column(),
                    one -> one,
                    (a, b) -> a.column().jsDistance() >= b.column().jsDistance() ? a : b,
                    TreeMap::new));
    long affected = found.stream().map(Found::window).distinct().count();
    return "%d column%s drifted in %d of %d tested windows; farthest: %s."
        .formatted(
            farthest.size(),
            farthest.size() == 1 ? "" : "s",
            affected,
            windows,
            farthest.values().stream()
                .sorted(Comparator.comparingDouble(one -> -one.column().jsDistance()))
                .limit(NAMED_COLUMNS)
                .map(DriftSummary::named)
                .collect(Collectors.joining(", ")));
  }

  private static String named(Found found) {
    return "%s (%s %s in the window from %s)"
        .formatted(
            found.column().column(),
            found.column().test().equals(ColumnDrift.MISSING_RATE)
                ? "missing rate, distance"
                : "distance",
            DriftReadings.figure(found.column().jsDistance()),
            MOMENT.format(found.window().window().start()));
  }
}
