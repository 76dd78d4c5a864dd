package io.penstock.monitoring.alert;

/// What an alert is about. The names are part of the contract.
public enum AlertKind {
  FEATURE_DRIFT,
  PREDICTION_DRIFT,
  QUALITY_LOSS,
  ERROR_RATE,
  LATENCY
}
