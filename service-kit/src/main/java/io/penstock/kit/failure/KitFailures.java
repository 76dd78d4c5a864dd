package io.penstock.kit.failure;

import io.grpc.Status.Code;
import io.penstock.kit.failure.KitFailure.Conflict;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import io.penstock.kit.failure.KitFailure.InvalidFields;
import io.penstock.kit.failure.KitFailure.Overloaded;
import io.penstock.kit.failure.KitFailure.PermissionDenied;
import io.penstock.kit.failure.KitFailure.Stopping;
import io.penstock.kit.failure.KitFailure.Unauthenticated;
import io.penstock.kit.failure.KitFailure.UndeclaredMethod;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/// The answers to the kit's own failures.
@Singleton
public final class KitFailures implements FailureMapping {

  @Override
  public Optional<FailureStatus> statusOf(Failure failure) {
    return failure instanceof KitFailure known ? Optional.of(toStatus(known)) : Optional.empty();
  }

  static FailureStatus toStatus(KitFailure failure) {
    return switch (failure) {
      case InvalidFields invalid -> invalid(invalid);
      case Unauthenticated(var reason, var message) ->
          FailureStatus.of(Code.UNAUTHENTICATED, reason, message);
      case PermissionDenied(var permission, var principal) ->
          FailureStatus.of(
                  Code.PERMISSION_DENIED,
                  "PERMISSION_MISSING",
                  "%s lacks the permission %s".formatted(principal, permission))
              .withMetadata("permission", permission)
              .withMetadata("principal", principal);
      case UndeclaredMethod(var method) ->
          FailureStatus.of(
                  Code.PERMISSION_DENIED,
                  "METHOD_UNDECLARED",
                  method + " declares no access rule, so nobody may call it")
              .withMetadata("method", method);
      case DependencyUnavailable(var dependency, var detail, var retryAfter) ->
          FailureStatus.of(
                  Code.UNAVAILABLE,
                  "DEPENDENCY_UNAVAILABLE",
                  "%s does not answer: %s".formatted(dependency, detail))
              .withMetadata("dependency", dependency)
              .withRetryAfter(retryAfter);
      case Conflict(var resource, var detail) ->
          FailureStatus.of(Code.ABORTED, "CONFLICT", "%s: %s".formatted(resource, detail))
              .withMetadata("resource", resource);
      case Overloaded(var what, var detail) ->
          FailureStatus.of(Code.RESOURCE_EXHAUSTED, "OVERLOADED", "%s: %s".formatted(what, detail))
              .withRetryAfter(Duration.ofSeconds(1));
      case Stopping(var service) ->
          FailureStatus.of(Code.UNAVAILABLE, "SERVICE_STOPPING", service + " is stopping")
              .withRetryAfter(Duration.ofSeconds(1));
    };
  }

  private static FailureStatus invalid(InvalidFields failure) {
    var message =
        failure.violations().stream()
            .map(violation -> violation.field() + ": " + violation.description())
            .collect(Collectors.joining("; "));
    var status = FailureStatus.of(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", message);
    for (var violation : failure.violations()) {
      status = status.withViolation(violation.field(), violation.description());
    }
    return status;
  }
}
