package io.penstock.kit.events;

/// The names of the suite's topics; which message each carries stands in
/// `penstock/event/v1/event.proto`.
public final class Topics {

  public static final String AUDIT = "penstock.audit";
  public static final String PREDICTIONS = "penstock.predictions";
  public static final String FEEDBACK = "penstock.feedback";
  public static final String ALERTS = "penstock.alerts";
  public static final String VERDICTS = "penstock.verdicts";
  public static final String TRAFFIC = "penstock.traffic";

  private Topics() {}
}
