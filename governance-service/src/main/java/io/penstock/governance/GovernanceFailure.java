package io.penstock.governance;

import io.penstock.kit.failure.Failure;
import java.util.Set;

/// What can go wrong in governance and is the caller's to know about.
public sealed interface GovernanceFailure extends Failure {

  /// No entry has this index yet.
  record AuditEntryUnknown(String name, long logSize) implements GovernanceFailure {}

  /// The bytes of an entry do not have the hash that the tree says: the file was changed.
  record AuditEntryAltered(String name, String expectedHash, String foundHash)
      implements GovernanceFailure {}

  record RoleUnknown(String name) implements GovernanceFailure {}

  /// The role belongs to the contract.
  record RoleBuiltIn(String name) implements GovernanceFailure {}

  record RoleInUse(String name, long bindings, long apiKeys) implements GovernanceFailure {}

  record BindingUnknown(String name) implements GovernanceFailure {}

  record ApiKeyUnknown(String name) implements GovernanceFailure {}

  /// Somebody tries to give what they do not have.
  record Escalation(String principal, Set<String> missing) implements GovernanceFailure {}

  /// Every service keeps all of it in memory, so there is a bound.
  record AccessFull(String kind, int most) implements GovernanceFailure {}

  record ApprovalUnknown(String name) implements GovernanceFailure {}

  record ApprovalNotOwn(String name, String approver, String caller) implements GovernanceFailure {}

  /// Approvals are people's; this is an application or a service.
  record ApproverNotAPerson(String principal) implements GovernanceFailure {}

  record PolicyUnknown(String name) implements GovernanceFailure {}

  /// Somebody else stored a revision in the meantime.
  record PolicyChanged(String name, long given, long current) implements GovernanceFailure {}

  record DecisionUnknown(String name) implements GovernanceFailure {}
}
