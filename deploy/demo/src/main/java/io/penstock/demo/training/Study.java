package io.penstock.demo.training;

import io.penstock.demo.flights.Flight;
import io.penstock.demo.flights.FlightFeatures;
import io.penstock.demo.flights.Flights;
import java.time.LocalDate;
import java.util.List;

/// The data, and what both recipes gave on it.
public record Study(Flights flights, FlightFeatures features, Finding baseline, Finding candidate) {

  /// The first day whose trailing windows are full: January only fills them.
  public static final LocalDate TRAINING_FROM = LocalDate.of(2001, 1, 29);

  /// March chooses between recipes, and then is trained on.
  public static final LocalDate VALIDATION_FROM = LocalDate.of(2001, 3, 1);

  /// From here on the flights are live traffic.
  public static final LocalDate LIVE_FROM = LocalDate.of(2001, 4, 1);

  public static final LocalDate LIVE_END = LocalDate.of(2001, 7, 1);

  public static Study of(Flights flights) {
    FlightFeatures features = FlightFeatures.of(flights.all());
    return new Study(
        flights,
        features,
        finding(Recipe.BASELINE, flights, features),
        finding(Recipe.CANDIDATE, flights, features));
  }

  private static Finding finding(Recipe recipe, Flights flights, FlightFeatures features) {
    List<Flight> early = flights.between(TRAINING_FROM, VALIDATION_FROM);
    List<Flight> month = flights.between(VALIDATION_FROM, LIVE_FROM);
    List<Flight> all = flights.between(TRAINING_FROM, LIVE_FROM);
    return Finding.of(
        recipe,
        TrainingTable.of(features, early, recipe.columns()),
        TrainingTable.of(features, month, recipe.columns()),
        TrainingTable.of(features, all, recipe.columns()));
  }
}
