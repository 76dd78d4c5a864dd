package io.penstock.local;

import java.time.Duration;

/// A running suite, whether in one JVM or in six.
interface Suite extends AutoCloseable {

  /// Waits until every service is ready.
  ///
  /// @return false when the time passed first
  boolean awaitReady(Duration atMost) throws InterruptedException;

  /// Stops the services, callers before callees.
  @Override
  void close();
}
