package io.penstock.kit.failure;

import java.util.Optional;

/// How a service answers its own failures: one bean for each sealed type of them, whose body is one
/// exhaustive switch.
@FunctionalInterface
public interface FailureMapping {

  /// Empty for a failure that is not this service's own.
  Optional<FailureStatus> statusOf(Failure failure);
}
