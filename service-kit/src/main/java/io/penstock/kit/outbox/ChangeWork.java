package io.penstock.kit.outbox;

import org.jspecify.annotations.Nullable;

/// What one change does inside its transaction: writes state through the handle, says what happened
/// through the change.
@FunctionalInterface
public interface ChangeWork<T extends @Nullable Object> {

  /// Returns the reply; whatever it throws rolls everything back, events included.
  T apply(Change change);
}
