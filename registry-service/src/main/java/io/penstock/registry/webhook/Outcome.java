package io.penstock.registry.webhook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What came of sending one delivery once.
sealed interface Outcome {

  /// The receiver answered.
  ///
  /// @param body the beginning of what it said
  /// @param retryAfter how long it asked to be left alone
  record Answered(int status, String body, @Nullable Duration retryAfter) implements Outcome {

    boolean isSuccess() {
      return status >= 200 && status < 300;
    }
  }

  /// No answer came: it was not there, too slow, or said what is no HTTP.
  record Unanswered(String problem) implements Outcome {}

  /// Its address may not be reached, so nothing was sent.
  record Refused(String problem) implements Outcome {}
}
