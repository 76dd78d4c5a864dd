package io.penstock.demo.flights;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// The columns of the delay model: three that a request brings, three of the origin and three of
/// the route.
///
/// @param origins by airport code, over 7 days
/// @param routes by route, over 28 days
public record FlightFeatures(TrailingStats origins, TrailingStats routes) {

  public static final int ORIGIN_DAYS = 7;
  public static final int ROUTE_DAYS = 28;

  /// Known to whoever asks.
  public static final List<String> REQUEST_COLUMNS =
      List.of("departure_hour", "day_of_week", "distance");

  /// Of the entity `origin`.
  public static final List<String> ORIGIN_COLUMNS =
      List.of("late_rate_7d", "mean_delay_7d", "flights_7d");

  /// Of the entity `route`.
  public static final List<String> ROUTE_COLUMNS =
      List.of("late_rate_28d", "mean_delay_28d", "flights_28d");

  /// All nine, in the order of the model's input.
  public static final List<String> COLUMNS =
      List.of(REQUEST_COLUMNS, ORIGIN_COLUMNS, ROUTE_COLUMNS).stream()
          .flatMap(List::stream)
          .toList();

  public static FlightFeatures of(List<Flight> flights) {
    return new FlightFeatures(
        TrailingStats.of(flights, Flight::origin, ORIGIN_DAYS),
        TrailingStats.of(flights, Flight::route, ROUTE_DAYS));
  }

  /// The nine values for a flight as they could be known when it left; NaN where nothing was.
  public double[] row(Flight flight) {
    Optional<DayStats> origin = origins.before(flight.origin(), flight.day());
    Optional<DayStats> route = routes.before(flight.route(), flight.day());
    return new double[] {
      departureHour(flight),
      dayOfWeek(flight),
      flight.distance(),
      orMissing(origin, DayStats::lateRate),
      orMissing(origin, DayStats::meanDelay),
      orMissing(origin, DayStats::flights),
      orMissing(route, DayStats::lateRate),
      orMissing(route, DayStats::meanDelay),
      orMissing(route, DayStats::flights)
    };
  }

  /// 0 to 23.
  public static int departureHour(Flight flight) {
    return flight.departure().getHour();
  }

  /// 1 is Monday.
  public static int dayOfWeek(Flight flight) {
    return flight.departure().getDayOfWeek().getValue();
  }

  private static double orMissing(Optional<DayStats> stats, ToDoubleFunction<DayStats> value) {
    return stats.map(value::applyAsDouble).orElse(Double.NaN);
  }
}
