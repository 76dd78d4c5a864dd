package io.penstock.kit.failure;

import java.time.Duration;
import java.util.List;

/// What can go wrong in any service.
public sealed interface KitFailure extends Failure {

  /// Fields of the request that do not hold what they must.
  record InvalidFields(List<FieldViolation> violations) implements KitFailure {
    public InvalidFields {
      violations = List.copyOf(violations);
    }
  }

  /// Nobody we know: the reason is one of `TOKEN_MISSING`, `TOKEN_EXPIRED`, `TOKEN_INVALID`.
  record Unauthenticated(String reason, String message) implements KitFailure {}

  /// Somebody we know, without the permission.
  record PermissionDenied(String permission, String principal) implements KitFailure {}

  /// An RPC that declares no access rule; refused to everyone.
  record UndeclaredMethod(String method) implements KitFailure {}

  /// Another service, or a database, that does not answer now.
  record DependencyUnavailable(String dependency, String detail, Duration retryAfter)
      implements KitFailure {
    public DependencyUnavailable(String dependency, String detail) {
      this(dependency, detail, Duration.ofSeconds(1));
    }
  }

  /// The resource changed since the caller read it: its etag, or a concurrent change.
  record Conflict(String resource, String detail) implements KitFailure {}

  /// More work than can be done in time.
  record Overloaded(String what, String detail) implements KitFailure {}

  /// The service is going down; another replica, or this one in a moment, will answer.
  record Stopping(String service) implements KitFailure {}
}
