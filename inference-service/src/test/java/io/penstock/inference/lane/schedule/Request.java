package io.penstock.inference.lane.schedule;

/// A request in a simulation.
final class Request extends Waiting {

  final int id;
  final int lane;
  private final long deadline;
  private final int rows;
  private final Object key;
  private final boolean shadow;
  private final int priority;

  Request(int id, int lane, long deadline, int rows, Object key, boolean shadow, int priority) {
    this.id = id;
    this.lane = lane;
    this.deadline = deadline;
    this.rows = rows;
    this.key = key;
    this.shadow = shadow;
    this.priority = priority;
  }

  static Request until(int id, long deadline) {
    return new Request(id, 0, deadline, 1, "", false, 0);
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public long bytes() {
    return 10L * rows;
  }

  @Override
  public Object batchKey() {
    return key;
  }

  @Override
  public boolean isShadow() {
    return shadow;
  }

  @Override
  public int priority() {
    return priority;
  }

  @Override
  public String toString() {
    return "#%d of lane %d, %d rows, priority %d%s"
        .formatted(id, lane, rows, priority, shadow ? ", shadow" : "");
  }
}
