package io.penstock.governance.gate;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// Policies and decisions in one transaction.
record GateRepository(Handle handle) {

  /// The place of a decision in lists, which are newest first.
  record Key(Instant time, UUID id) {
    static final Key FIRST = new Key(Instant.parse("9999-12-31T23:59:59Z"), new UUID(-1L, -1L));
  }

  private static final String NEWEST =
      "select distinct on (name) * from gate_policies %s order by name, revision desc";

  List<GatePolicy> policies() {
    return handle.createQuery(NEWEST.formatted("")).map((row, _) -> policy(row)).list();
  }

  Optional<GatePolicy> policy(String id) {
    return handle
        .createQuery(NEWEST.formatted("where name = :id"))
        .bind("id", id)
        .map((row, _) -> policy(row))
        .findOne();
  }

  Optional<GatePolicy> policy(String id, long revision) {
    return handle
        .createQuery("select * from gate_policies where name = :id and revision = :revision")
        .bind("id", id)
        .bind("revision", revision)
        .map((row, _) -> policy(row))
        .findOne();
  }

  /// Makes everyone else who changes this policy wait for this transaction.
  void lock(String id) {
    handle.execute("select pg_advisory_xact_lock(hashtextextended(?, 0))", "gate policy " + id);
  }

  void add(GatePolicy policy) {
    handle.execute(
        """
        insert into gate_policies
          (name, revision, description, criteria, update_time, updated_by)
        values (?, ?, ?, ?::jsonb, ?, ?)
        """,
        policy.id(),
        policy.revision(),
        policy.description(),
        GateJson.criteria(policy.criteria()),
        policy.updateTime(),
        policy.updatedBy());
  }

  void add(GateDecision decision) {
    handle.execute(
        """
        insert into gate_decisions
          (id, policy, policy_revision, subject, action, passed, criteria, facts, digest,
           decision_time, requested_by)
        values (?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?)
        """,
        decision.id(),
        decision.policy(),
        decision.policyRevision(),
        decision.subject(),
        decision.action(),
        decision.passed(),
        GateJson.results(decision.results()),
        CanonicalJson.of(decision.facts()),
        decision.digest(),
        decision.time(),
        decision.requestedBy());
  }

  Optional<GateDecision> decision(UUID id) {
    return handle
        .createQuery("select * from gate_decisions where id = :id")
        .bind("id", id)
        .map((row, _) -> decision(row))
        .findOne();
  }

  /// @param subject whose; empty for all
  List<GateDecision> decisions(String subject, Key after, int limit) {
    return handle
        .createQuery(
            """
            select * from gate_decisions
            where %s (decision_time, id) < (:time, :id)
            order by decision_time desc, id desc limit :limit
            """
                .formatted(subject.isEmpty() ? "" : "subject = :subject and"))
        .bindMap(subject.isEmpty() ? Map.of() : Map.of("subject", subject))
        .bind("time", after.time())
        .bind("id", after.id())
        .bind("limit", limit)
        .map((row, _) -> decision(row))
        .list();
  }

  private static GatePolicy policy(ResultSet row) throws SQLException {
    return new GatePolicy(
        row.getString("name"),
        row.getLong("revision"),
        row.getString("description"),
        GateJson.criteria(row.getString("criteria")),
        row.getTimestamp("update_time").toInstant(),
        row.getString("updated_by"));
  }

  private static GateDecision decision(ResultSet row) throws SQLException {
    return new GateDecision(
        row.getObject("id", UUID.class),
        row.getString("policy"),
        row.getLong("policy_revision"),
        row.getString("subject"),
        row.getString("action"),
        row.getBoolean("passed"),
        GateJson.results(row.getString("criteria")),
        GateJson.facts(row.getString("facts")),
        row.getString("digest"),
        row.getTimestamp("decision_time").toInstant(),
        row.getString("requested_by"));
  }
}
