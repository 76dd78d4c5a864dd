package io.penstock.demo.replay;

import io.penstock.demo.flights.Flight;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The requests of each day. Most ask for one flight; every fifth asks for eight, as a display of
/// departures would.
public record Timetable(SortedMap<LocalDate, List<Ask>> days) {

  private static final int BATCH = 8;
  private static final int EVERY = 5;

  /// @param flights in the order of departure
  /// @param wanted about how many of them to ask for
  public static Timetable of(List<Flight> flights, int wanted) {
    int stride = Math.max(1, Math.round((float) flights.size() / wanted));
    SortedMap<LocalDate, List<Flight>> byDay =
        IntStream.range(0, flights.size())
            .filter(index -> index % stride == 0)
            .mapToObj(flights::get)
            .collect(Collectors.groupingBy(Flight::day, TreeMap::new, Collectors.toList()));
    SortedMap<LocalDate, List<Ask>> days = new TreeMap<>();
    byDay.forEach((day, ofDay) -> days.put(day, asks(day, ofDay)));
    return new Timetable(days);
  }

  public int flights() {
    return days.values().stream().flatMap(List::stream).mapToInt(ask -> ask.flights().size()).sum();
  }

  private static List<Ask> asks(LocalDate day, List<Flight> flights) {
    List<Ask> asks = new ArrayList<>();
    int from = 0;
    while (from < flights.size()) {
      int size = asks.size() % EVERY == EVERY - 1 ? BATCH : 1;
      int to = Math.min(flights.size(), from + size);
      asks.add(new Ask(day + "/" + asks.size(), flights.subList(from, to)));
      from = to;
    }
    return asks;
  }
}
