package io.penstock.inference.sequence;

import io.penstock.inference.lane.Job;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One sequence: its state after the last answered step, and the steps to come. Guarded by the lock
/// of its engine.
final class OpenSequence {

  final String id;
  final long rows;
  final long bytes;
  final Deque<Job> waiting = new ArrayDeque<>();
  List<Tensor> states;
  @Nullable Step running;

  /// The version that it keeps open.
  @Nullable ServedVersion place;

  /// Whether a step was answered.
  boolean begun;

  /// Whether its last step was taken in.
  boolean ending;

  /// Whether no further step may come: it ended, or another began in its place.
  boolean closed;

  /// Whether what it held is given back.
  boolean released;

  long used;

  OpenSequence(String id, long rows, long bytes, List<Tensor> states, long now) {
    this.id = id;
    this.rows = rows;
    this.bytes = bytes;
    this.states = states;
    this.used = now;
  }

  boolean isAtRest() {
    return running == null && waiting.isEmpty();
  }

  /// Takes out a step and all that wait behind it.
  List<Job> takeFrom(Job job) {
    var taken = new ArrayList<Job>();
    while (waiting.contains(job)) {
      taken.addFirst(waiting.removeLast());
    }
    return taken;
  }

  List<Job> takeAll() {
    var all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }
}
