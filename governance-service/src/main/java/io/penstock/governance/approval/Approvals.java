package io.penstock.governance.approval;

import com.google.protobuf.Message;
import io.penstock.governance.GovernanceConfig;
import io.penstock.governance.GovernanceFailure;
import io.penstock.governance.GovernanceFailure.ApprovalNotOwn;
import io.penstock.governance.GovernanceFailure.ApprovalUnknown;
import io.penstock.governance.GovernanceFailure.ApproverNotAPerson;
import io.penstock.governance.WireTime;
import io.penstock.governance.approval.ApprovalRepository.Key;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.identity.Principal;
import io.penstock.kit.identity.Principal.Kind;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/// Gives, withdraws and lists approvals. The approver is always the caller, and always a person.
@Singleton
final class Approvals {

  /// What the caller approves.
  record Wanted(String subject, String action, String comment, Optional<Instant> expireTime) {}

  private final Changes changes;
  private final Jdbi jdbi;
  private final GovernanceConfig config;

  Approvals(Changes changes, Jdbi jdbi, GovernanceConfig config) {
    this.changes = changes;
    this.jdbi = jdbi;
    this.config = config;
  }

  /// The caller's approval: the one that counts already, or a new one.
  Approval approve(Wanted wanted, Message request) {
    String approver = person().name();
    return changes.commit(
        change -> {
          var repository = new ApprovalRepository(change.handle());
          repository.lock(wanted.subject(), wanted.action(), approver);
          Approval approval =
              repository.counting(wanted.subject(), wanted.action(), now(change)).stream()
                  .filter(given -> given.approver().equals(approver))
                  .findFirst()
                  .orElseGet(() -> add(wanted, approver, repository, change));
          change.audit(approval.name(), request);
          return approval;
        });
  }

  private Approval add(
      Wanted wanted, String approver, ApprovalRepository repository, Change change) {
    Instant now = now(change);
    Instant expires = wanted.expireTime().orElse(now.plus(config.approvalValidity()));
    if (!expires.isAfter(now)) {
      throw InvalidArguments.of(
          "approval.expire_time", "was %s, expected a time to come".formatted(expires));
    }
    var approval =
        new Approval(
            UUID.randomUUID(),
            wanted.subject(),
            wanted.action(),
            approver,
            wanted.comment(),
            now,
            expires,
            Optional.empty());
    repository.add(approval);
    return approval;
  }

  /// Takes the caller's own approval back; doing it again changes nothing.
  Approval withdraw(UUID id, Message request) {
    String caller = Caller.current().principal().name();
    return changes.commit(
        change -> {
          var repository = new ApprovalRepository(change.handle());
          Approval approval = repository.lock(id).orElseThrow(() -> unknown(id));
          requireOwn(approval, caller);
          change.audit(approval.name(), request);
          if (approval.withdrawTime().isPresent()) {
            return approval;
          }
          repository.withdraw(id, now(change));
          return approval.withdrawn(now(change));
        });
  }

  /// @param subject whose approvals; empty for all
  Page<Approval> list(String subject, PageRequest page) {
    Key after = page.after(Key.FIRST, Approvals::key);
    List<Approval> found =
        jdbi.withHandle(
            handle -> new ApprovalRepository(handle).list(subject, after, page.fetchSize()));
    return page.page(found, approval -> List.of(approval.createTime(), approval.id()));
  }

  private static Key key(PageKey key) {
    return new Key(key.time(), key.uuid());
  }

  private static Principal person() {
    Principal principal = Caller.current().principal();
    if (principal.kind() != Kind.USER) {
      throw failed(new ApproverNotAPerson(principal.name()));
    }
    return principal;
  }

  private static void requireOwn(Approval approval, String caller) {
    if (!approval.approver().equals(caller)) {
      throw failed(new ApprovalNotOwn(approval.name(), approval.approver(), caller));
    }
  }

  private static FailureException unknown(UUID id) {
    return failed(new ApprovalUnknown(Approval.COLLECTION + id));
  }

  private static Instant now(Change change) {
    return WireTime.stored(change.time());
  }

  private static FailureException failed(GovernanceFailure failure) {
    return new FailureException(failure);
  }
}
