package io.penstock.inference.lane;

import io.penstock.inference.lane.schedule.RunTimes;
import java.util.List;
import java.util.Optional;

/// What answers the requests of a version: a lane before a model, or something around or made of
/// others: a response cache, a sequence batcher, a graph.
public interface Engine extends AutoCloseable {

  /// Takes a job in; from then on it will be told its end, once. Throws where it cannot be taken,
  /// and then the job hears nothing.
  void submit(Job job);

  /// Takes a job back that nobody waits for any more. One that is running already may run on; its
  /// answer is for nobody.
  void cancel(Job job);

  /// Rows that wait for their run.
  int queuedRows();

  /// Why it cannot answer now, if something that it needs is missing.
  default Optional<String> missing() {
    return Optional.empty();
  }

  /// What is expected of runs, by the sizes that were seen; empty where nothing runs by itself.
  default List<RunTimes.Expectation> runTimes() {
    return List.of();
  }

  /// Ends it. Nobody may be using it any more. Blocks until its threads are gone.
  @Override
  void close();
}
