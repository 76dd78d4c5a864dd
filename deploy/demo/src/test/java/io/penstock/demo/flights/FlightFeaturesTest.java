package io.penstock.demo.flights;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlightFeaturesTest {

  private static final long SEED = 20010911;
  private static final LocalDateTime START = LocalDateTime.of(2001, 1, 1, 0, 0);
  private static final List<String> AIRPORTS = List.of("ATL", "BOS", "DEN", "JFK");

  private final List<Flight> flights = randomFlights(2_000, 40);
  private final FlightFeatures features = FlightFeatures.of(flights);

  @Test
  void row_countsWholeDaysBeforeTheFlight() {
    for (Flight flight : flights.subList(0, 500)) {
      double[] row = features.row(flight);
      List<Flight> ofOrigin =
          before(flight, FlightFeatures.ORIGIN_DAYS, f -> f.origin().equals(flight.origin()));
      List<Flight> ofRoute =
          before(flight, FlightFeatures.ROUTE_DAYS, f -> f.route().equals(flight.route()));
      assertThat(row[0]).isEqualTo(flight.departure().getHour());
      assertThat(row[1]).isEqualTo(flight.departure().getDayOfWeek().getValue());
      assertThat(row[2]).isEqualTo(flight.distance());
      assertTrailing(row, 3, ofOrigin, flight);
      assertTrailing(row, 6, ofRoute, flight);
    }
  }

  @Test
  void row_doesNotChangeWithWhatHappensLater() {
    LocalDate today = START.toLocalDate().plusDays(20);
    List<Flight> otherFuture =
        flights.stream().map(f -> f.day().isBefore(today) ? f : delayed(f)).toList();
    FlightFeatures other = FlightFeatures.of(otherFuture);
    assertThat(flights.stream().filter(f -> f.day().equals(today)))
        .isNotEmpty()
        .allSatisfy(f -> assertThat(other.row(f)).isEqualTo(features.row(f)));
  }

  @Test
  void row_onTheFirstDay() {
    assertThat(features.row(flights.getFirst())).endsWith(Double.NaN, Double.NaN, Double.NaN);
  }

  @Test
  void eventTime_isTheMidnightAfterTheDay() {
    DayStats stats = features.origins().before("ATL", LocalDate.of(2001, 1, 9)).orElseThrow();
    assertThat(stats.day()).isEqualTo(LocalDate.of(2001, 1, 8));
    assertThat(stats.eventTime()).hasToString("2001-01-09T00:00:00Z");
  }

  private static void assertTrailing(double[] row, int at, List<Flight> window, Flight flight) {
    boolean firstDay = flight.day().equals(START.toLocalDate());
    assertThat(row[at]).isEqualTo(mean(window.stream().mapToInt(f -> f.late() ? 1 : 0)));
    assertThat(row[at + 1]).isEqualTo(mean(window.stream().mapToInt(Flight::delay)));
    assertThat(row[at + 2]).isEqualTo(Double.valueOf(firstDay ? Double.NaN : window.size()));
  }

  private static Double mean(IntStream values) {
    return values.average().orElse(Double.NaN);
  }

  private List<Flight> before(Flight flight, int days, Predicate<Flight> same) {
    LocalDate from = flight.day().minusDays(days);
    return flights.stream()
        .filter(same)
        .filter(f -> !f.day().isBefore(from) && f.day().isBefore(flight.day()))
        .toList();
  }

  private static Flight delayed(Flight f) {
    return new Flight(f.departure(), f.delay() + 500, f.distance(), f.origin(), f.destination());
  }

  private static List<Flight> randomFlights(int count, int days) {
    Random random = new Random(SEED);
    return random
        .ints(count, 0, days * 24 * 60)
        .sorted()
        .mapToObj(
            minute ->
                new Flight(
                    START.plusMinutes(minute),
                    random.nextInt(-30, 60),
                    random.nextInt(100, 3_000),
                    AIRPORTS.get(random.nextInt(AIRPORTS.size())),
                    AIRPORTS.get(random.nextInt(AIRPORTS.size()))))
        .toList();
  }
}
