package io.penstock.demo.terminal;

import java.time.Duration;
import java.util.Locale;

/// Numbers as the demo prints them.
public final class Figures {

  private Figures() {}

  /// `254,287`
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /// `.671`; for what lies between 0 and 1.
  public static String share(double value) {
    return Double.isNaN(value)
        ? "none"
        : String.format(Locale.ROOT, "%.3f", value).replaceFirst("^(-?)0\\.", "$1.");
  }

  /// Four significant digits or so: `18.27`, `.2315`.
  public static String number(double value) {
    double size = Math.abs(value);
    return size < 1
        ? String.format(Locale.ROOT, "%.4f", value).replaceFirst("^(-?)0\\.", "$1.")
        : String.format(Locale.ROOT, size < 100 ? "%.2f" : "%,.0f", value);
  }

  /// `1.8 ms`
  public static String latency(double micros) {
    double millis = micros / 1000;
    return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
  }

  /// `12.3 s`
  public static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }

  /// The first twelve digits of a digest.
  public static String digest(String hex) {
    return hex.length() <= 12 ? hex : hex.substring(0, 12) + "…";
  }
}
