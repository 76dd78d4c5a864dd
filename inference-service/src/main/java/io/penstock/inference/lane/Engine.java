package io.penstock.inference.lane;

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

  /// Ends it. Nobody may be using it any more. Blocks until its threads are gone.
  @Override
  void close();
}
