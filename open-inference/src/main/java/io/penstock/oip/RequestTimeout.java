package io.penstock.oip;

import io.penstock.kit.failure.InvalidArguments;
import java.time.Duration;
import java.util.Optional;

/// The time that a caller gives a call over HTTP: `X-Request-Timeout: 250ms`.
public final class RequestTimeout {

  private static final String HEADER = "X-Request-Timeout";
  private static final int MOST_DIGITS = 9;

  private RequestTimeout() {}

  /// Empty where the caller says nothing.
  public static Optional<Duration> of(Headers headers) {
    String text = headers.get(HEADER);
    return text == null ? Optional.empty() : Optional.of(parse(text));
  }

  private static Duration parse(String text) {
    int digits = 0;
    long number = 0;
    while (digits < text.length() && digits < MOST_DIGITS && isDigit(text.charAt(digits))) {
      number = number * 10 + text.charAt(digits++) - '0';
    }
    if (number == 0) {
      throw malformed(text);
    }
    return switch (text.substring(digits)) {
      case "us" -> Duration.ofNanos(number * 1_000);
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> throw malformed(text);
    };
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  private static RuntimeException malformed(String text) {
    return InvalidArguments.of(
        HEADER, text + " (expected: a number with us, ms, s or m, such as 250ms)");
  }
}
