package io.penstock.demo.story;

/// The names that the story uses in the suite.
public final class FlightDelay {

  public static final String ID = "flight-delay";
  public static final String EXPERIMENT = "experiments/" + ID;
  public static final String MODEL = "models/" + ID;
  public static final String RELEASE = "releases/" + ID;
  public static final String DATASET_ID = "flights-2001";
  public static final String ORIGIN = "origin";
  public static final String ROUTE = "route";

  /// What an approver approves and the gate evaluates.
  static final String PROMOTION = "promote:production";

  private FlightDelay() {}
}
