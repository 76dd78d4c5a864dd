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

  /// Where the time of one request went.
  ///
  /// @param input until it was in the queue: decoding, and looking up features
  /// @param queue until it ran
  /// @param compute while it ran, copies into and out of the runtime included
  /// @param output until the answer was handed over
  public record Spent(long input, long queue, long compute, long output) {

    long total() {
      return input + queue + compute + output;
    }
  }

  /// What was spent on batches of one size.
  ///
  /// @param runs of the model
  public record BatchTiming(Timing input, Timing runs, Timing output) {}

  private static final class BatchSums {
    private final Sum input = new Sum();
    private final Sum runs = new Sum();
    private final Sum output = new Sum();

    BatchTiming timing() {
      return new BatchTiming(input.timing(), runs.timing(), output.timing());
    }
  }

  private final Sum success = new Sum();
  private final Sum failure = new Sum();
  private final Sum input = new Sum();
  private final Sum queue = new Sum();
  private final Sum compute = new Sum();
  private final Sum output = new Sum();
  private final Sum cacheHits = new Sum();
  private final Sum cacheMisses = new Sum();
  private final LongAdder rows = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final Map<Integer, BatchSums> batches = new ConcurrentHashMap<>();
  private volatile long lastInferenceMillis;

  /// @param ownRows rows of the request
  /// @param batchRows rows of the batch that it ran in; 0 where the model did not run for it
  public void answered(Spent spent, int ownRows, int batchRows, long nowMillis) {
    success.add(spent.total());
    rows.add(ownRows);
    input.add(spent.input());
    queue.add(spent.queue());
    compute.add(spent.compute());
    output.add(spent.output());
    if (batchRows > 0) {
      var batch = batch(batchRows);
      batch.input.add(spent.input());
      batch.output.add(spent.output());
    }
    lastInferenceMillis = nowMillis;
  }

  public void failed(long totalNanos) {
    failure.add(totalNanos);
  }

  /// It could not have been answered in time; beside [#failed].
  public void refused() {
    refused.increment();
  }

  public void ran(int batchRows, long nanos) {
    batch(batchRows).runs.add(nanos);
  }

  private BatchSums batch(int batchRows) {
    return batches.computeIfAbsent(batchRows, _ -> new BatchSums());
  }

  /// An answer came from the response cache.
  ///
  /// @param nanos spent looking
  public void cacheHit(long nanos) {
    cacheHits.add(nanos);
  }

  /// The response cache had no answer.
  ///
  /// @param nanos spent looking, and keeping the answer
  public void cacheMiss(long nanos) {
    cacheMisses.add(nanos);
  }

  public Timing successes() {
    return success.timing();
  }

  public Timing failures() {
    return failure.timing();
  }

  public Timing input() {
    return input.timing();
  }

  public Timing queue() {
    return queue.timing();
  }

  public Timing compute() {
    return compute.timing();
  }

  public Timing output() {
    return output.timing();
  }

  public Timing cacheHits() {
    return cacheHits.timing();
  }

  public Timing cacheMisses() {
    return cacheMisses.timing();
  }

  /// Requests that could not have been answered in time.
  public long refusals() {
    return refused.sum();
  }

  /// Rows that were answered.
  public long rows() {
    return rows.sum();
  }

  /// What ran, by the rows of the batches.
  public Map<Integer, BatchTiming> batches() {
    var timings = new TreeMap<Integer, BatchTiming>();
    batches.forEach((size, sums) -> timings.put(size, sums.timing()));
    return timings;
  }

  /// Milliseconds since 1970; 0 before the first.
  public long lastInferenceMillis() {
    return lastInferenceMillis;
  }
}
