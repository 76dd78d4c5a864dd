package io.penstock.feature.entity;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The table of entities.
@Singleton
final class EntityRepository {

  private final Jdbi jdbi;

  EntityRepository(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// False if the id is taken.
  boolean insert(Handle handle, Entity entity) {
    return handle
            .createUpdate(
                """
                insert into entity (entity_id, description, create_time, created_by)
                values (:id, :description, :createTime, :createdBy)
                on conflict do nothing""")
            .bind("id", entity.id())
            .bind("description", entity.description())
            .bind("createTime", entity.createTime().atOffset(ZoneOffset.UTC))
            .bind("createdBy", entity.createdBy())
            .execute()
        == 1;
  }

  Optional<Entity> find(String id) {
    return jdbi.withHandle(handle -> find(handle, id));
  }

  Optional<Entity> find(Handle handle, String id) {
    return handle
        .createQuery("select * from entity where entity_id = :id")
        .bind("id", id)
        .map((row, _) -> entity(row))
        .findOne();
  }

  List<Entity> list(String after, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select * from entity where entity_id > :after order by entity_id limit :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, _) -> entity(row))
                .list());
  }

  private static Entity entity(ResultSet row) throws SQLException {
    return new Entity(
        row.getString("entity_id"),
        row.getString("description"),
        row.getObject("create_time", OffsetDateTime.class).toInstant(),
        row.getString("created_by"));
  }
}
