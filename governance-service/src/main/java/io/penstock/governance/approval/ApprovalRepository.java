package io.penstock.governance.approval;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// Approvals in one transaction.
public record ApprovalRepository(Handle handle) {

  /// The place of an approval in lists, which are newest first.
  record Key(Instant createTime, UUID id) {
    static final Key FIRST = new Key(Instant.parse("9999-12-31T23:59:59Z"), new UUID(-1L, -1L));
  }

  /// Approvals of this action on this subject that count at a moment, oldest first.
  public List<Approval> counting(String subject, String action, Instant now) {
    return handle
        .createQuery(
            """
            select * from approvals
            where subject = :subject and action = :action
              and withdraw_time is null and expire_time > :now
            order by create_time, id
            """)
        .bind("subject", subject)
        .bind("action", action)
        .bind("now", now)
        .map((row, _) -> approval(row))
        .list();
  }

  /// Makes everyone else who wants to approve the same in the same name wait for this transaction.
  void lock(String subject, String action, String approver) {
    handle.execute(
        "select pg_advisory_xact_lock(hashtextextended(?, 0))",
        String.join("\u001f", "approval", subject, action, approver));
  }

  void add(Approval approval) {
    handle.execute(
        """
        insert into approvals
          (id, subject, action, approver, comment, create_time, expire_time)
        values (?, ?, ?, ?, ?, ?, ?)
        """,
        approval.id(),
        approval.subject(),
        approval.action(),
        approval.approver(),
        approval.comment(),
        approval.createTime(),
        approval.expireTime());
  }

  Optional<Approval> lock(UUID id) {
    return handle
        .createQuery("select * from approvals where id = :id for update")
        .bind("id", id)
        .map((row, _) -> approval(row))
        .findOne();
  }

  void withdraw(UUID id, Instant time) {
    handle.execute("update approvals set withdraw_time = ? where id = ?", time, id);
  }

  /// @param subject whose; empty for all
  List<Approval> list(String subject, Key after, int limit) {
    return handle
        .createQuery(
            """
            select * from approvals
            where %s (create_time, id) < (:time, :id)
            order by create_time desc, id desc limit :limit
            """
                .formatted(subject.isEmpty() ? "" : "subject = :subject and"))
        .bindMap(subject.isEmpty() ? Map.of() : Map.of("subject", subject))
        .bind("time", after.createTime())
        .bind("id", after.id())
        .bind("limit", limit)
        .map((row, _) -> approval(row))
        .list();
  }

  private static Approval approval(ResultSet row) throws SQLException {
    return new Approval(
        row.getObject("id", UUID.class),
        row.getString("subject"),
        row.getString("action"),
        row.getString("approver"),
        row.getString("comment"),
        row.getTimestamp("create_time").toInstant(),
        row.getTimestamp("expire_time").toInstant(),
        Optional.ofNullable(row.getTimestamp("withdraw_time")).map(Timestamp::toInstant));
  }
}
