package io.penstock.kit.service;

/// A source of elapsed time for measuring durations; a test gives its own.
@FunctionalInterface
public interface Ticker {

  /// Nanoseconds since some fixed moment; only differences mean anything.
  long nanos();
}
