package io.penstock.monitoring.alert;

import io.penstock.monitoring.window.Window;
import java.util.Map;

/// What one look at one window says about one possible alert, whether it should fire or not.
///
/// @param subject the column; empty for what concerns the whole version
/// @param summary in words, with figures
/// @param exemplarTraceId a trace that shows it; may be empty
public record AlertReading(
    AlertKind kind,
    String subject,
    Window window,
    boolean firing,
    Severity severity,
    String summary,
    Map<String, String> details,
    String exemplarTraceId) {

  public AlertReading {
    details = Map.copyOf(details);
  }
}
