package io.penstock.registry.registered;

import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.registry.MlflowFailure.AlreadyExists;
import io.penstock.registry.RegistryFailure.ModelServed;
import io.penstock.registry.Times;
import io.penstock.registry.model.ModelNames;
import io.penstock.registry.release.Releases;
import io.penstock.registry.stage.Reason;
import io.penstock.registry.stage.Reason.Cause;
import io.penstock.registry.stage.Stages;
import io.penstock.registry.version.ModelSubjects;
import io.penstock.registry.webhook.ModelEvents;
import io.penstock.registry.webhook.ModelEvents.Subject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;

/// Models by the names that MLflow clients give them.
@Singleton
public final class RegisteredModels {

  /// What a search reads of the table `model`.
  public static final String COLUMNS = RegisteredModelRepository.COLUMNS;

  private final Jdbi jdbi;
  private final Changes changes;
  private final ModelEvents events;

  RegisteredModels(Jdbi jdbi, Changes changes, ModelEvents events) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.events = events;
  }

  public RegisteredModel create(
      String name, String description, Map<String, String> tags, String by) {
    return changes.commit(
        change -> {
          ModelNames.reserve(change.handle(), name);
          requireFree(change.handle(), name, Subject.of("", name, tags).prompt());
          var id = insert(change, name, description, by);
          RegisteredModelRepository.putTags(change.handle(), id, tags);
          audit(change, id, Map.of("name", name));
          events.modelCreated(change, Subject.of(id, name, tags), tags, description);
          return require(change.handle(), id, name);
        });
  }

  // Names are few letters or many, ids are slugs: where a name's first slug is taken, by another
  // model or by one that was deleted, the next one is tried.
  private static String insert(Change change, String name, String description, String by) {
    var now = Times.micros(change.time());
    for (int attempt = 0; ; attempt++) {
      var id = ModelSlug.of(name, attempt);
      if (RegisteredModelRepository.insert(change.handle(), id, name, description, by, now)) {
        return id;
      }
    }
  }

  private static void requireFree(Handle handle, String name, boolean prompt) {
    ModelSubjects.named(handle, name)
        .ifPresent(
            taken -> {
              throw taken(name, taken.prompt(), prompt).exception();
            });
  }

  private static AlreadyExists taken(String name, boolean isPrompt, boolean wantsPrompt) {
    if (isPrompt == wantsPrompt) {
      return new AlreadyExists(
          "%s (name=%s) already exists."
              .formatted(wantsPrompt ? "Prompt" : "Registered Model", name));
    }
    return new AlreadyExists(
        "Tried to create a %s with name '%s', but the name is already taken by a %s. MLflow does not allow creating a model and a prompt with the same name."
            .formatted(
                wantsPrompt ? "prompt" : "registered model",
                name,
                isPrompt ? "prompt" : "registered model"));
  }

  public RegisteredModel get(String name) {
    return jdbi.withHandle(
        handle ->
            require(
                handle,
                ModelSubjects.named(handle, name).orElseThrow(() -> ModelTexts.noModel(name)).id(),
                name));
  }

  /// The model of a row that has these [#COLUMNS], as if it had no versions.
  public static RegisteredModel row(ResultSet row, StatementContext context) throws SQLException {
    return RegisteredModelRepository.read(row);
  }

  /// The models with their newest versions.
  public static List<RegisteredModel> withVersions(Handle handle, List<RegisteredModel> models) {
    return RegisteredModelRepository.withVersions(handle, models);
  }

  private static RegisteredModel require(Handle handle, String id, String name) {
    return RegisteredModelRepository.find(handle, id).orElseThrow(() -> ModelTexts.noModel(name));
  }

  public RegisteredModel rename(String name, String newName) {
    return changes.commit(
        change -> {
          var handle = change.handle();
          // The name before the row: whoever creates a model of that name may wait for this row.
          ModelNames.reserve(handle, newName);
          var model = lock(handle, name);
          var id = model.id();
          if (!newName.equals(name)) {
            requireFree(handle, newName, model.prompt());
          }
          RegisteredModelRepository.rename(handle, id, newName, Times.micros(change.time()));
          audit(change, id, Map.of("name", name, "new_name", newName));
          return require(handle, id, newName);
        });
  }

  public RegisteredModel describe(String name, String description) {
    return changes.commit(
        change -> {
          var id = lock(change.handle(), name).id();
          RegisteredModelRepository.describe(
              change.handle(), id, description, Times.micros(change.time()));
          audit(change, id, Map.of("description", description));
          return require(change.handle(), id, name);
        });
  }

  /// Takes a model and its versions from everybody's view and frees its name. Their rows stay, and
  /// with them what they were promoted on.
  public void delete(String name, String by) {
    changes.run(
        change -> {
          var handle = change.handle();
          var model = lock(handle, name);
          var id = model.id();
          if (Releases.exists(handle, id)) {
            throw new ModelServed("models/" + id, "releases/" + id).exception();
          }
          Stages.endAll(change, id, Reason.of(Cause.DELETION, "the model was deleted", by));
          RegisteredModelRepository.delete(handle, id, Times.micros(change.time()));
          events.modelDeleted(change, model);
          audit(change, id, Map.of("name", name, "deleted", "true"));
        });
  }

  public void putTag(String name, String key, String value) {
    change(
        name,
        Map.of("tag", key, "value", value),
        (change, model) -> {
          RegisteredModelRepository.putTags(change.handle(), model.id(), Map.of(key, value));
          events.modelTagSet(change, model, key, value);
        });
  }

  public void deleteTag(String name, String key) {
    change(
        name,
        Map.of("deleted_tag", key),
        (change, model) -> {
          RegisteredModelRepository.deleteTag(change.handle(), model.id(), key);
          events.modelTagDeleted(change, model, key);
        });
  }

  /// Gives a version the alias, and takes it from whichever had it.
  public void putAlias(String name, String alias, String version) {
    changes.run(
        change -> {
          var found =
              ModelTexts.number(version)
                  .flatMap(
                      number -> RegisteredVersionRepository.lock(change.handle(), name, number))
                  .orElseThrow(() -> ModelTexts.noVersion(name, version));
          RegisteredModelRepository.putAlias(
              change.handle(), found.id().model(), alias, found.id().number());
          ModelSubjects.named(change.handle(), name)
              .ifPresent(model -> events.aliasCreated(change, model, alias, found.id().number()));
          change.audit(found.id().toString(), Map.of("alias", alias));
        });
  }

  public void deleteAlias(String name, String alias) {
    change(
        name,
        Map.of("deleted_alias", alias),
        (change, model) -> {
          if (RegisteredModelRepository.deleteAlias(change.handle(), model.id(), alias)) {
            events.aliasDeleted(change, model, alias);
          }
        });
  }

  private void change(String name, Map<String, String> facts, BiConsumer<Change, Subject> work) {
    changes.run(
        change -> {
          var model = lock(change.handle(), name);
          work.accept(change, model);
          audit(change, model.id(), facts);
        });
  }

  private static Subject lock(Handle handle, String name) {
    return RegisteredModelRepository.lock(handle, name)
        .flatMap(id -> ModelSubjects.ofId(handle, id))
        .orElseThrow(() -> ModelTexts.noModel(name));
  }

  private static void audit(Change change, String id, Map<String, String> facts) {
    change.audit("models/" + id, facts);
  }
}
