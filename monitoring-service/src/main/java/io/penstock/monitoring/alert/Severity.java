package io.penstock.monitoring.alert;

/// How urgent an alert is.
public enum Severity {
  WARNING,
  CRITICAL
}
