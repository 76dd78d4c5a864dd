package io.penstock.kit.failure;

import java.util.Optional;

/// Recognises exceptions of libraries that are a failure rather than a bug; beans of this type are
/// asked before a call is answered as internal.
@FunctionalInterface
public interface ThrownFailures {

  /// Empty for what is a bug.
  Optional<Failure> failureOf(Throwable thrown);
}
