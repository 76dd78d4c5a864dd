package io.penstock.demo.flights;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Punctuality over a trailing window of whole days, for every key and every day.
public final class TrailingStats {

  private final LocalDate firstDay;
  private final Map<String, List<DayStats>> byKey;

  private TrailingStats(LocalDate firstDay, Map<String, List<DayStats>> byKey) {
    this.firstDay = firstDay;
    this.byKey = byKey;
  }

  /// @param flights at least one, in the order of departure
  /// @param windowDays length of the window, its last day included
  public static TrailingStats of(
      List<Flight> flights, Function<Flight, String> key, int windowDays) {
    LocalDate first = flights.getFirst().day();
    int days = 1 + (int) ChronoUnit.DAYS.between(first, flights.getLast().day());
    Map<String, List<DayStats>> byKey =
        flights.stream()
            .collect(
                Collectors.groupingBy(key, TreeMap::new, Collectors.toCollection(ArrayList::new)))
            .entrySet()
            .stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    e -> windows(e.getKey(), daily(e.getValue(), first, days), first, windowDays),
                    (a, _) -> a,
                    TreeMap::new));
    return new TrailingStats(first, byKey);
  }

  /// What was known when the day began: the window that ended the day before.
  public Optional<DayStats> before(String key, LocalDate day) {
    return endingOn(key, day.minusDays(1));
  }

  /// The window of every key that ends on a day, in the order of the keys.
  public Stream<DayStats> endingOn(LocalDate day) {
    return byKey.keySet().stream().map(key -> endingOn(key, day)).flatMap(Optional::stream);
  }

  public int keys() {
    return byKey.size();
  }

  private Optional<DayStats> endingOn(String key, LocalDate day) {
    List<DayStats> windows = byKey.getOrDefault(key, List.of());
    int index = (int) ChronoUnit.DAYS.between(firstDay, day);
    return index < 0 || index >= windows.size()
        ? Optional.empty()
        : Optional.of(windows.get(index));
  }

  private static Totals daily(List<Flight> flights, LocalDate first, int days) {
    Totals totals = new Totals(new long[days], new long[days], new long[days]);
    flights.forEach(
        flight -> totals.add((int) ChronoUnit.DAYS.between(first, flight.day()), flight));
    return totals;
  }

  private static List<DayStats> windows(
      String key, Totals totals, LocalDate first, int windowDays) {
    return IntStream.range(0, totals.flights.length)
        .mapToObj(last -> totals.window(key, first, Math.max(0, last - windowDays + 1), last))
        .toList();
  }

  /// Sums of each day, the first day at 0.
  private record Totals(long[] flights, long[] late, long[] delay) {

    void add(int day, Flight flight) {
      flights[day]++;
      late[day] += flight.late() ? 1 : 0;
      delay[day] += flight.delay();
    }

    DayStats window(String key, LocalDate first, int from, int last) {
      return new DayStats(
          key,
          first.plusDays(last),
          sum(flights, from, last),
          sum(late, from, last),
          sum(delay, from, last));
    }

    private static long sum(long[] values, int from, int last) {
      return IntStream.rangeClosed(from, last).mapToLong(day -> values[day]).sum();
    }
  }
}
