package io.penstock.registry.model;

import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.AlreadyExists;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.webhook.ModelEvents;
import io.penstock.registry.webhook.ModelEvents.Subject;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Jdbi;

/// The models of the registry.
@Singleton
final class ModelCatalog {

  private final Jdbi jdbi;
  private final Changes changes;
  private final ModelEvents events;

  ModelCatalog(Jdbi jdbi, Changes changes, ModelEvents events) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.events = events;
  }

  Model create(Model model) {
    return changes.commit(
        change -> {
          ModelNames.reserve(change.handle(), model.displayName());
          if (!ModelRepository.insert(change.handle(), model)) {
            throw new AlreadyExists(Kind.MODEL, model.name()).exception();
          }
          events.modelCreated(
              change,
              Subject.of(model.id(), model.displayName(), model.tags()),
              model.tags(),
              model.description());
          change.audit(model.name(), model.tags());
          return model;
        });
  }

  Model get(String id) {
    return jdbi.withHandle(handle -> ModelRepository.find(handle, id))
        .orElseThrow(() -> missing(id));
  }

  Page<Model> list(PageRequest page) {
    return jdbi.withHandle(handle -> ModelRepository.page(handle, page));
  }

  static RuntimeException missing(String id) {
    return new NotFound(Kind.MODEL, Model.nameOf(id)).exception();
  }
}
