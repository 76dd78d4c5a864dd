package io.penstock.demo.flights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.util.Comparator;
import org.junit.jupiter.api.Test;

class FlightsTest {

  @Test
  void sample_isTheOneThatTheReadmeDescribes() {
    Flights flights = Flights.sample();
    assertThat(flights.sha256())
        .isEqualTo("96c05e63c4731df77bf9bde4d0dac54ab46d91ebcc2a45a79bb5e77868a98e9b");
    assertThat(flights.all()).hasSize(254_287);
    assertThat(flights.all()).isSortedAccordingTo(Comparator.comparing(Flight::departure));
    assertThat(lateRate(flights, Month.MAY)).isLessThan(lateRate(flights, Month.FEBRUARY) - 0.05);
  }

  @Test
  void read_parsesEveryColumn() throws IOException {
    Flights flights =
        read("date,delay,distance,origin,destination\n2001-02-03T04:05,-6,789,ATL,DFW\n");
    Flight flight =
        new Flight(LocalDateTime.of(2001, Month.FEBRUARY, 3, 4, 5), -6, 789, "ATL", "DFW");
    assertThat(flights.all()).containsExactly(flight);
    assertThat(flight.route()).isEqualTo("ATL-DFW");
    assertThat(flight.departedAt()).hasToString("2001-02-03T04:05:00Z");
  }

  @Test
  void read_withAnotherHeader() {
    assertThatThrownBy(() -> read("day,delay\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("day,delay");
  }

  @Test
  void late_fromTheSixteenthMinute() {
    LocalDateTime departure = LocalDateTime.of(2001, Month.MAY, 1, 12, 0);
    assertThat(new Flight(departure, 15, 100, "ATL", "DFW").late()).isFalse();
    assertThat(new Flight(departure, 16, 100, "ATL", "DFW").late()).isTrue();
  }

  private static Flights read(String csv) throws IOException {
    return Flights.read(csv.getBytes(StandardCharsets.US_ASCII));
  }

  private static double lateRate(Flights flights, Month month) {
    LocalDate first = LocalDate.of(2001, month, 1);
    return flights.between(first, first.plusMonths(1)).stream()
        .mapToInt(flight -> flight.late() ? 1 : 0)
        .average()
        .orElseThrow();
  }
}
