package io.penstock.demo.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.demo.flights.Flight;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimetableTest {

  private static final LocalDateTime START = LocalDateTime.of(2001, 4, 1, 0, 0);

  private final List<Flight> flights =
      IntStream.range(0, 4_000)
          .mapToObj(i -> new Flight(START.plusMinutes(3L * i), 0, 100, "ATL", "DFW"))
          .toList();

  @Test
  void of_asksForAboutAsManyAsWanted_eachOnce() {
    Timetable timetable = Timetable.of(flights, 1_000);
    assertThat(timetable.flights()).isEqualTo(1_000);
    assertThat(
            timetable.days().values().stream()
                .flatMap(List::stream)
                .flatMap(a -> a.flights().stream()))
        .doesNotHaveDuplicates()
        .isSubsetOf(flights);
  }

  @Test
  void of_keepsDaysApartAndIdsUnique() {
    Timetable timetable = Timetable.of(flights, 4_000);
    timetable
        .days()
        .forEach(
            (day, asks) ->
                assertThat(asks)
                    .allSatisfy(a -> assertThat(a.flights()).allMatch(f -> f.day().equals(day))));
    assertThat(timetable.days().values().stream().flatMap(List::stream).map(Ask::id))
        .doesNotHaveDuplicates();
  }

  @Test
  void of_asksMostlyForOne() {
    List<Ask> asks = Timetable.of(flights, 4_000).days().firstEntry().getValue();
    assertThat(asks)
        .filteredOn(ask -> ask.flights().size() == 1)
        .hasSizeGreaterThan(3 * asks.size() / 4);
    assertThat(asks)
        .filteredOn(ask -> ask.flights().size() == 8)
        .hasSizeGreaterThan(asks.size() / 6);
  }
}
