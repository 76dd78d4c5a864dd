package io.penstock.monitoring.window;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How much was asked, how it ended and how long it took. Not thread-safe.
public final class TrafficCounts {

  private long requests;
  private long rows;
  private long errors;
  private final LatencyHistogram latency = new LatencyHistogram();
  private double scoreSum;
  private long scoreCount;
  private @Nullable Instant firstServed;
  private @Nullable Instant lastServed;

  /// Counts one request; scores that are no numbers do not count as scores.
  public void request(
      int requestRows, boolean failed, long latencyMicros, double[] scores, Instant servedAt) {
    requests++;
    rows += requestRows;
    errors += failed ? 1 : 0;
    latency.record(latencyMicros);
    for (double score : scores) {
      if (Double.isFinite(score)) {
        scoreSum += score;
        scoreCount++;
      }
    }
    served(servedAt, servedAt);
  }

  /// Adds counts that were stored.
  public void add(
      long moreRequests,
      long moreRows,
      long moreErrors,
      long[] latencyBuckets,
      double moreScoreSum,
      long moreScoreCount) {
    requests += moreRequests;
    rows += moreRows;
    errors += moreErrors;
    latency.add(latencyBuckets);
    scoreSum += moreScoreSum;
    scoreCount += moreScoreCount;
  }

  /// Widens the time of serving.
  public void served(Instant first, Instant last) {
    firstServed = firstServed == null || first.isBefore(firstServed) ? first : firstServed;
    lastServed = lastServed == null || last.isAfter(lastServed) ? last : lastServed;
  }

  public void add(TrafficCounts other) {
    add(
        other.requests,
        other.rows,
        other.errors,
        other.latency.buckets(),
        other.scoreSum,
        other.scoreCount);
    if (other.firstServed != null && other.lastServed != null) {
      served(other.firstServed, other.lastServed);
    }
  }

  public long requests() {
    return requests;
  }

  public long rows() {
    return rows;
  }

  public long errors() {
    return errors;
  }

  public LatencyHistogram latency() {
    return latency;
  }

  double scoreSum() {
    return scoreSum;
  }

  long scoreCount() {
    return scoreCount;
  }

  @Nullable Instant firstServed() {
    return firstServed;
  }

  @Nullable Instant lastServed() {
    return lastServed;
  }

  public double errorRate() {
    return requests == 0 ? 0 : (double) errors / requests;
  }

  public double meanScore() {
    return scoreCount == 0 ? Double.NaN : scoreSum / scoreCount;
  }

  /// Requests per second between the first and the last that was served; 0 where that is no stretch
  /// of time.
  public double requestRate() {
    if (firstServed == null || lastServed == null || !lastServed.isAfter(firstServed)) {
      return 0;
    }
    return requests / (java.time.Duration.between(firstServed, lastServed).toNanos() / 1e9);
  }
}
