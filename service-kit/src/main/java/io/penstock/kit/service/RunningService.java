package io.penstock.kit.service;

import io.micronaut.context.ApplicationContext;
import java.time.Duration;

/// A service that listens. Closing it drains it: not ready, no new calls, those in flight within a
/// grace, then the rest.
public interface RunningService extends AutoCloseable {

  String name();

  int grpcPort();

  int managementPort();

  ApplicationContext context();

  /// Waits until everything that the service needs is there.
  ///
  /// @return false when the time passed first
  boolean awaitReady(Duration atMost) throws InterruptedException;

  @Override
  void close();
}
