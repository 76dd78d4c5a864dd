package io.penstock.governance.access;

import io.penstock.kit.access.PermissionSet;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/// Roles, bindings and keys in one transaction.
record AccessRepository(Handle handle) {

  /// Takes the lock that makes changes of access serial, and gives the change its revision.
  void nextRevision() {
    handle.execute("update access_revision set revision = revision + 1");
  }

  long revision() {
    return handle.createQuery("select revision from access_revision").mapTo(Long.class).one();
  }

  /// Everything that works at a moment.
  AccessState state(Instant now) {
    return new AccessState(revision(), roles(), bindings(""), activeKeys(now));
  }

  List<Role> roles() {
    return handle
        .createQuery("select * from roles order by name")
        .map((row, _) -> role(row))
        .list();
  }

  Optional<Role> role(RoleName name) {
    return handle
        .createQuery("select * from roles where name = :name")
        .bind("name", name.id())
        .map((row, _) -> role(row))
        .findOne();
  }

  void put(Role role) {
    handle
        .createUpdate(
            """
            insert into roles (name, description, permissions)
            values (:name, :description, :permissions)
            on conflict (name) do update
            set description = excluded.description, permissions = excluded.permissions
            """)
        .bind("name", role.name().id())
        .bind("description", role.description())
        .bind("permissions", sorted(role.permissions().patterns()))
        .execute();
  }

  void deleteRole(RoleName name) {
    handle.execute("delete from roles where name = ?", name.id());
  }

  long bindingsOf(RoleName role) {
    return count("select count(*) from bindings where role = ?", role.id());
  }

  long activeKeysOf(RoleName role) {
    return count(
        "select count(*) from api_keys where revoke_time is null and ? = any(roles)", role.id());
  }

  /// @param principal whose; empty for everyone's
  List<Binding> bindings(String principal) {
    return handle
        .createQuery(
            """
            select * from bindings where :principal in ('', principal)
            order by principal, role
            """)
        .bind("principal", principal)
        .map((row, _) -> binding(row))
        .list();
  }

  /// The binding of this principal to this role: the one that was there, or else the given one.
  Binding putIfAbsent(Binding binding) {
    handle.execute(
        """
        insert into bindings (id, principal, role, create_time, created_by)
        values (?, ?, ?, ?, ?) on conflict (principal, role) do nothing
        """,
        binding.id(),
        binding.principal(),
        binding.role().id(),
        binding.createTime(),
        binding.createdBy());
    return handle
        .createQuery("select * from bindings where principal = :principal and role = :role")
        .bind("principal", binding.principal())
        .bind("role", binding.role().id())
        .map((row, _) -> binding(row))
        .one();
  }

  Optional<Binding> deleteBinding(UUID id) {
    return handle
        .createQuery("delete from bindings where id = :id returning *")
        .bind("id", id)
        .map((row, _) -> binding(row))
        .findOne();
  }

  /// The newest keys, dead ones included.
  List<ApiKey> keys(int limit) {
    return handle
        .createQuery("select * from api_keys order by create_time desc, id limit :limit")
        .bind("limit", limit)
        .map((row, _) -> apiKey(row))
        .list();
  }

  List<ApiKey> activeKeys(Instant now) {
    return handle
        .createQuery(
            "select * from api_keys where revoke_time is null and expire_time > :now order by id")
        .bind("now", now)
        .map((row, _) -> apiKey(row))
        .list();
  }

  Optional<ApiKey> key(UUID id) {
    return handle
        .createQuery("select * from api_keys where id = :id")
        .bind("id", id)
        .map((row, _) -> apiKey(row))
        .findOne();
  }

  void add(ApiKey key) {
    handle
        .createUpdate(
            """
            insert into api_keys (id, secret_sha256, principal, roles, create_time, expire_time)
            values (:id, :digest, :principal, :roles, :created, :expires)
            """)
        .bind("id", key.id())
        .bind("digest", key.secretSha256())
        .bind("principal", key.principal())
        .bind("roles", key.roles().stream().map(RoleName::id).toArray(String[]::new))
        .bind("created", key.createTime())
        .bind("expires", key.expireTime())
        .execute();
  }

  void revoke(UUID id, Instant time) {
    handle.execute("update api_keys set revoke_time = ? where id = ?", time, id);
  }

  private long count(String sql, Object... parameters) {
    return handle.select(sql, parameters).mapTo(Long.class).one();
  }

  private static Role role(ResultSet row) throws SQLException {
    return new Role(
        new RoleName(row.getString("name")),
        row.getString("description"),
        new PermissionSet(Set.of(texts(row, "permissions"))));
  }

  private static Binding binding(ResultSet row) throws SQLException {
    return new Binding(
        row.getObject("id", UUID.class),
        row.getString("principal"),
        new RoleName(row.getString("role")),
        row.getTimestamp("create_time").toInstant(),
        row.getString("created_by"));
  }

  private static ApiKey apiKey(ResultSet row) throws SQLException {
    return new ApiKey(
        row.getObject("id", UUID.class),
        row.getBytes("secret_sha256"),
        row.getString("principal"),
        Stream.of(texts(row, "roles")).map(RoleName::new).toList(),
        row.getTimestamp("create_time").toInstant(),
        row.getTimestamp("expire_time").toInstant(),
        Optional.ofNullable(row.getTimestamp("revoke_time")).map(Timestamp::toInstant));
  }

  private static String[] texts(ResultSet row, String column) throws SQLException {
    return (String[]) row.getArray(column).getArray();
  }

  private static String[] sorted(Set<String> texts) {
    return texts.stream().sorted().toArray(String[]::new);
  }
}
