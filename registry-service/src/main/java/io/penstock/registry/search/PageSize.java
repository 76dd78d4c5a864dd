package io.penstock.registry.search;

import io.penstock.registry.MlflowFailure;

/// How many rows a page of a collection may have, and what is said to other numbers.
///
/// @param tooFew with a place for the number
/// @param tooMany with places for the most and the number
public record PageSize(int most, String tooFew, String tooMany) {

  public static final PageSize TRACKED =
      new PageSize(
          50_000,
          "Invalid value %d for parameter 'max_results' supplied. It must be a positive integer",
          "Invalid value %2$d for parameter 'max_results' supplied. It must be at most %1$d");

  static final PageSize MODELS = registered(1_000);
  static final PageSize VERSIONS = registered(200_000);

  private static PageSize registered(int most) {
    return new PageSize(
        most,
        "Invalid value for max_results. It must be a positive integer, but got %d",
        "Invalid value for request parameter max_results. It must be at most %d, but got value %d");
  }

  public int of(SearchRequest request) {
    long wanted = request.maxResults();
    if (wanted < 1) {
      throw MlflowFailure.invalid(tooFew.formatted(wanted));
    }
    if (wanted > most) {
      throw MlflowFailure.invalid(tooMany.formatted(most, wanted));
    }
    return (int) wanted;
  }
}
