package io.penstock.governance;

import static io.grpc.Status.Code.ABORTED;
import static io.grpc.Status.Code.DATA_LOSS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.PERMISSION_DENIED;
import static io.grpc.Status.Code.RESOURCE_EXHAUSTED;

import io.penstock.governance.GovernanceFailure.AccessFull;
import io.penstock.governance.GovernanceFailure.ApiKeyUnknown;
import io.penstock.governance.GovernanceFailure.ApprovalNotOwn;
import io.penstock.governance.GovernanceFailure.ApprovalUnknown;
import io.penstock.governance.GovernanceFailure.ApproverNotAPerson;
import io.penstock.governance.GovernanceFailure.AuditEntryAltered;
import io.penstock.governance.GovernanceFailure.AuditEntryUnknown;
import io.penstock.governance.GovernanceFailure.BindingUnknown;
import io.penstock.governance.GovernanceFailure.DecisionUnknown;
import io.penstock.governance.GovernanceFailure.Escalation;
import io.penstock.governance.GovernanceFailure.PolicyChanged;
import io.penstock.governance.GovernanceFailure.PolicyUnknown;
import io.penstock.governance.GovernanceFailure.RoleBuiltIn;
import io.penstock.governance.GovernanceFailure.RoleInUse;
import io.penstock.governance.GovernanceFailure.RoleUnknown;
import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureMapping;
import io.penstock.kit.failure.FailureStatus;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.TreeSet;

/// The answers to governance's failures.
@Singleton
final class GovernanceFailures implements FailureMapping {

  @Override
  public Optional<FailureStatus> statusOf(Failure failure) {
    return failure instanceof GovernanceFailure known
        ? Optional.of(toStatus(known))
        : Optional.empty();
  }

  static FailureStatus toStatus(GovernanceFailure failure) {
    return switch (failure) {
      case AuditEntryUnknown(var name, var size) ->
          notFound("AUDIT_ENTRY", name).withMetadata("log_size", Long.toString(size));
      case AuditEntryAltered altered -> altered(altered);
      case RoleUnknown(var name) -> notFound("ROLE", name);
      case RoleBuiltIn(var name) ->
          FailureStatus.of(
                  FAILED_PRECONDITION,
                  "ROLE_BUILT_IN",
                  "%s comes with the contract and cannot be changed; choose another name"
                      .formatted(name))
              .withMetadata("role", name);
      case RoleInUse inUse -> inUse(inUse);
      case BindingUnknown(var name) -> notFound("BINDING", name);
      case ApiKeyUnknown(var name) -> notFound("API_KEY", name);
      case Escalation escalation -> escalation(escalation);
      case AccessFull(var kind, var most) ->
          FailureStatus.of(
                  RESOURCE_EXHAUSTED,
                  "ACCESS_LIMIT_REACHED",
                  "there are %d %s already, which is the most; remove some first"
                      .formatted(most, kind))
              .withMetadata("kind", kind);
      case ApprovalUnknown(var name) -> notFound("APPROVAL", name);
      case ApprovalNotOwn(var name, var approver, var caller) ->
          FailureStatus.of(
                  PERMISSION_DENIED,
                  "APPROVAL_NOT_OWN",
                  "%s is %s's approval; %s can withdraw only their own"
                      .formatted(name, approver, caller))
              .withMetadata("approval", name)
              .withMetadata("approver", approver);
      case ApproverNotAPerson(var principal) ->
          FailureStatus.of(
                  PERMISSION_DENIED,
                  "APPROVER_NOT_A_PERSON",
                  "%s is an application or a service; only a person with a token of their own approves"
                      .formatted(principal))
              .withMetadata("principal", principal);
      case PolicyUnknown(var name) -> notFound("GATE_POLICY", name);
      case PolicyChanged changed -> changed(changed);
      case DecisionUnknown(var name) -> notFound("GATE_DECISION", name);
    };
  }

  private static FailureStatus notFound(String kind, String name) {
    return FailureStatus.of(NOT_FOUND, kind + "_NOT_FOUND", name + " does not exist")
        .withMetadata("resource", name);
  }

  private static FailureStatus altered(AuditEntryAltered failure) {
    return FailureStatus.of(
            DATA_LOSS,
            "AUDIT_ENTRY_ALTERED",
            "the stored bytes of %s hash to %s, but the tree says %s"
                .formatted(failure.name(), failure.foundHash(), failure.expectedHash()))
        .withMetadata("resource", failure.name());
  }

  private static FailureStatus inUse(RoleInUse failure) {
    return FailureStatus.of(
            FAILED_PRECONDITION,
            "ROLE_IN_USE",
            "%s is held by %d bindings and %d API keys; remove or revoke them first"
                .formatted(failure.name(), failure.bindings(), failure.apiKeys()))
        .withMetadata("role", failure.name());
  }

  private static FailureStatus escalation(Escalation failure) {
    String missing = String.join(" ", new TreeSet<>(failure.missing()));
    return FailureStatus.of(
            PERMISSION_DENIED,
            "ESCALATION",
            "%s cannot give what they do not hold: %s".formatted(failure.principal(), missing))
        .withMetadata("principal", failure.principal())
        .withMetadata("missing", missing);
  }

  private static FailureStatus changed(PolicyChanged failure) {
    return FailureStatus.of(
            ABORTED,
            "GATE_POLICY_CHANGED",
            "%s is at revision %d, not %d: read it again and repeat the change"
                .formatted(failure.name(), failure.current(), failure.given()))
        .withMetadata("resource", failure.name())
        .withMetadata("revision", Long.toString(failure.current()));
  }
}
