package io.penstock.mlflow.artifacts;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/// Tries calls again that failed for a reason that may pass: a lost connection, or an answer that
/// says so.
///
/// All calls draw on one budget, which successes refill: where everything fails, the server is not
/// asked several times as often as it would be otherwise.
final class Retries {

  /// One attempt.
  @FunctionalInterface
  interface Attempt<T> {
    HttpResponse<T> send() throws IOException, InterruptedException;
  }

  /// Waits.
  @FunctionalInterface
  interface Pause {
    void rest(Duration duration) throws InterruptedException;
  }

  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final int BUDGET = 100;
  private static final int COST = 10;

  private final int most;
  private final Pause pause;
  private final DoubleSupplier random;
  private final AtomicInteger budget = new AtomicInteger(BUDGET);

  /// @param random evenly from 0 to 1, so that clients that failed together do not return together
  Retries(int most, Pause pause, DoubleSupplier random) {
    this.most = most;
    this.pause = pause;
    this.random = random;
  }

  <T> HttpResponse<T> run(Attempt<T> attempt) throws IOException, InterruptedException {
    for (int failures = 0; ; failures++) {
      try {
        var response = attempt.send();
        if (!PASSING.contains(response.statusCode())) {
          budget.updateAndGet(left -> Math.min(BUDGET, left + 1));
          return response;
        }
        if (!mayRetry(failures)) {
          return response;
        }
        discard(response.body());
        pause.rest(delay(failures, response.headers()));
      } catch (IOException e) {
        if (!mayRetry(failures)) {
          throw e;
        }
        pause.rest(backoff(failures));
      }
    }
  }

  private boolean mayRetry(int failures) {
    return failures < most && budget.getAndUpdate(left -> Math.max(0, left - COST)) >= COST;
  }

  private static void discard(Object body) throws IOException {
    if (body instanceof AutoCloseable open) {
      try {
        open.close();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }

  private Duration delay(int failures, HttpHeaders headers) {
    var asked = headers.firstValue("Retry-After").map(Retries::seconds).orElse(Duration.ZERO);
    var own = backoff(failures);
    return asked.compareTo(own) > 0 ? asked : own;
  }

  // The other form, a date, is rare and not worth a clock.
  private static Duration seconds(String text) {
    boolean number = text.length() < 9 && text.chars().allMatch(Character::isDigit);
    var asked =
        number && !text.isEmpty() ? Duration.ofSeconds(Long.parseLong(text)) : Duration.ZERO;
    return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
  }

  private Duration backoff(int failures) {
    double longest = FIRST.toMillis() * Math.pow(2, failures);
    double jittered = longest * (0.5 + random.getAsDouble() / 2);
    return Duration.ofMillis((long) Math.min(jittered, LONGEST.toMillis()));
  }
}
