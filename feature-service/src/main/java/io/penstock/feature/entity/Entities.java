package io.penstock.feature.entity;

import io.penstock.feature.FeatureFailure.EntityAlreadyExists;
import io.penstock.feature.FeatureFailure.EntityNotFound;
import io.penstock.feature.Identifiers;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import jakarta.inject.Singleton;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// The entities that exist.
@Singleton
public final class Entities {

  private final EntityRepository repository;
  private final Changes changes;

  Entities(EntityRepository repository, Changes changes) {
    this.repository = repository;
    this.changes = changes;
  }

  public Entity create(String id, String description) {
    Identifiers.require("entity_id", id);
    return changes.commit(change -> create(change, id, description));
  }

  private Entity create(Change change, String id, String description) {
    var entity =
        new Entity(
            id,
            description,
            change.time().truncatedTo(ChronoUnit.MICROS),
            Caller.current().principal().name());
    if (!repository.insert(change.handle(), entity)) {
      throw new FailureException(new EntityAlreadyExists(entity.name()));
    }
    change.audit(entity.name(), Map.of("description", description));
    return entity;
  }

  public Entity get(String id) {
    return repository.find(id).orElseThrow(() -> missing(id, "name"));
  }

  /// Fails, naming the field, unless the entity exists.
  public void requireExists(Handle handle, String field, String id) {
    if (repository.find(handle, id).isEmpty()) {
      throw missing(id, field);
    }
  }

  public Page<Entity> list(PageRequest request) {
    var fetched = repository.list(request.after("", PageKey::text), request.fetchSize());
    return request.page(fetched, entity -> List.of(entity.id()));
  }

  private static FailureException missing(String id, String field) {
    return new FailureException(new EntityNotFound(Entity.nameOf(id), field));
  }
}
