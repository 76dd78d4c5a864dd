package io.penstock.inference.lane;

/// What the scheduler needs to know about something that waits for its turn. All of it stays as it
/// is.
interface Waiting {

  /// When it is too late to start, on the lane's ticker.
  long deadline();

  int rows();

  long bytes();

  /// What has equal keys may run together.
  Object batchKey();

  /// A copy that nobody waits for.
  boolean isShadow();
}
