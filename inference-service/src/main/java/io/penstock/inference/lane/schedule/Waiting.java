package io.penstock.inference.lane.schedule;

/// What the schedule needs to know about something that waits for its turn. What it tells stays as
/// it is; the fields are the schedule's own notes, kept here so that nothing is looked up.
public abstract class Waiting {

  static final int NOWHERE = -1;

  /// Where it stands in the heap of its line.
  int place = NOWHERE;

  /// Where its rows are counted in its level's demand.
  int bucket;

  /// Breaks ties between deadlines by arrival.
  long number;

  long arrived;

  /// When it was expected to be answered, as it was let in.
  long promised;

  /// Whether a runner stood idle when it came.
  boolean foundIdle;

  /// Whether it was let in against the forecast, to learn whether the forecast is right.
  boolean trial;

  /// Whether it has to run by itself, because a batch that it was in failed.
  boolean alone;

  /// When it is too late, on the lane's ticker.
  public abstract long deadline();

  public abstract int rows();

  public abstract long bytes();

  /// What has equal keys may run together.
  public abstract Object batchKey();

  /// A copy that nobody waits for.
  public abstract boolean isShadow();

  /// 1 is the most urgent; 0 for the model's default.
  public abstract int priority();

  /// Its way through a queue begins, perhaps anew.
  final void enter(long now) {
    arrived = now;
    foundIdle = false;
    trial = false;
    alone = false;
  }

  // Ticks may overflow, so they are subtracted rather than compared.
  final boolean isBefore(Waiting other) {
    long difference = deadline() - other.deadline();
    return difference == 0 ? number < other.number : difference < 0;
  }
}
