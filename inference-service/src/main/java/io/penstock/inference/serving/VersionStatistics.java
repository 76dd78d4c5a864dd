package io.penstock.inference.serving;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What a version did since it was loaded, in the terms of the protocol's statistics.
public final class VersionStatistics {

  /// How often something happened and how long it took in all.
  public record Timing(long count, long nanos) {}

  private static final class Sum {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void add(long nanos) {
      count.increment();
      this.nanos.add(nanos);
    }

    Timing timing() {
      return new Timing(count.sum(), nanos.sum());
    }
  }

  private final Sum success = new Sum();
  private final Sum failure = new Sum();
  private final Sum queue = new Sum();
  private final Sum compute = new Sum();
  private final LongAdder rows = new LongAdder();
  private final Map<Integer, Sum> runsByRows = new ConcurrentHashMap<>();
  private volatile long lastInferenceMillis;

  public void answered(long totalNanos, long queueNanos, long computeNanos, long nowMillis) {
    success.add(totalNanos);
    queue.add(queueNanos);
    compute.add(computeNanos);
    lastInferenceMillis = nowMillis;
  }

  public void failed(long totalNanos) {
    failure.add(totalNanos);
  }

  public void ran(int batchRows, long nanos) {
    rows.add(batchRows);
    runsByRows.computeIfAbsent(batchRows, _ -> new Sum()).add(nanos);
  }

  public Timing successes() {
    return success.timing();
  }

  public Timing failures() {
    return failure.timing();
  }

  public Timing queue() {
    return queue.timing();
  }

  public Timing compute() {
    return compute.timing();
  }

  /// Rows that went through the model.
  public long rows() {
    return rows.sum();
  }

  /// Runs of the model, by the rows in them.
  public Map<Integer, Timing> runsByRows() {
    var runs = new TreeMap<Integer, Timing>();
    runsByRows.forEach((size, sum) -> runs.put(size, sum.timing()));
    return runs;
  }

  /// Milliseconds since 1970; 0 before the first.
  public long lastInferenceMillis() {
    return lastInferenceMillis;
  }
}
