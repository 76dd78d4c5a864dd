package io.penstock.registry.loggedmodel;

import static java.util.stream.Collectors.toMap;

import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.MlflowFailure.DoesNotExist;
import io.penstock.registry.loggedmodel.LoggedModelRepository.Home;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The logged models of the registry.
@Singleton
public final class LoggedModels {

  private final Jdbi jdbi;
  private final Changes changes;

  LoggedModels(Jdbi jdbi, Changes changes) {
    this.jdbi = jdbi;
    this.changes = changes;
  }

  /// Makes place for a model whose files are still to come.
  public LoggedModel create(NewLoggedModel wanted, String caller) {
    return changes.commit(
        change -> {
          var handle = change.handle();
          var row = row(wanted, home(handle, wanted.experiment()), change.time().toEpochMilli());
          LoggedModelRepository.insert(handle, row, caller);
          write(handle, row.id(), wanted);
          audit(change, row.id(), Map.of("name", row.name(), "experiment", row.experiment()));
          return require(handle, row.id());
        });
  }

  private static Home home(Handle handle, String experiment) {
    var home =
        LoggedModelRepository.home(handle, experiment)
            .orElseThrow(
                () ->
                    new DoesNotExist("No Experiment with id=%s exists".formatted(experiment))
                        .exception());
    if (!home.lifecycleStage().equals("active")) {
      throw MlflowFailure.invalid(
          "The experiment %s must be in the 'active' state. Current state is %s."
              .formatted(experiment, home.lifecycleStage()));
    }
    return home;
  }

  private static LoggedModelRow row(NewLoggedModel wanted, Home home, long nowMs) {
    var id = "m-" + UUID.randomUUID().toString().replace("-", "");
    return new LoggedModelRow(
        id,
        wanted.experiment(),
        wanted.name(),
        wanted.modelType(),
        wanted.sourceRun(),
        LoggedModelStatus.PENDING,
        "%s/models/%s/artifacts".formatted(stripped(home.artifactLocation()), id),
        nowMs,
        nowMs);
  }

  private static String stripped(String location) {
    return location.endsWith("/") ? location.substring(0, location.length() - 1) : location;
  }

  private static void write(Handle handle, String id, NewLoggedModel wanted) {
    if (!wanted.params().isEmpty()) {
      var _ = LoggedModelEntryRepository.addParams(handle, id, wanted.params());
    }
    if (!wanted.tags().isEmpty()) {
      LoggedModelEntryRepository.putTags(handle, id, wanted.tags());
    }
  }

  /// Says that the files have come, or will not.
  public LoggedModel finish(String id, LoggedModelStatus status) {
    return changes.commit(
        change -> {
          var handle = change.handle();
          long now = change.time().toEpochMilli();
          found(LoggedModelRepository.setStatus(handle, id, status, now), id);
          audit(change, id, Map.of("status", status.name()));
          return require(handle, id);
        });
  }

  public LoggedModel get(String id) {
    return jdbi.withHandle(handle -> require(handle, id));
  }

  public Optional<LoggedModel> find(String id) {
    return jdbi.withHandle(handle -> read(handle, List.of(id)).stream().findFirst());
  }

  /// Takes a model out of every answer. Its files stay, and so do the versions made of it.
  public void delete(String id) {
    changes.run(
        change -> {
          found(
              LoggedModelRepository.delete(change.handle(), id, change.time().toEpochMilli()), id);
          audit(change, id, Map.of());
        });
  }

  public LoggedModel putTags(String id, Map<String, String> tags) {
    return changes.commit(
        change -> {
          var handle = change.handle();
          found(LoggedModelRepository.hold(handle, id), id);
          LoggedModelEntryRepository.putTags(handle, id, tags);
          audit(change, id, Map.of("tags", String.join(", ", tags.keySet())));
          return require(handle, id);
        });
  }

  public void deleteTag(String id, String key) {
    changes.run(
        change -> {
          found(LoggedModelRepository.hold(change.handle(), id), id);
          if (!LoggedModelEntryRepository.deleteTag(change.handle(), id, key)) {
            throw new DoesNotExist(
                    "No tag with key '%s' found for model with ID '%s'.".formatted(key, id))
                .exception();
          }
          audit(change, id, Map.of("deleted_tag", key));
        });
  }

  /// A parameter is written once; the same value again is fine.
  public void addParams(String id, Map<String, String> params) {
    changes.run(
        change -> {
          found(LoggedModelRepository.hold(change.handle(), id), id);
          var stored = LoggedModelEntryRepository.addParams(change.handle(), id, params);
          params.forEach(
              (key, given) -> requireSame(id, key, stored.getOrDefault(key, given), given));
          audit(change, id, Map.of("params", String.join(", ", params.keySet())));
        });
  }

  private static void requireSame(String id, String key, String stored, String given) {
    if (!stored.equals(given)) {
      throw MlflowFailure.invalid(
          "Changing param values is not allowed. Param with key='%s' was already logged with value='%s' for model ID='%s'. Attempted logging new value '%s'."
              .formatted(key, stored, id, given));
    }
  }

  private static void audit(Change change, String id, Map<String, String> facts) {
    change.audit(LoggedModel.resource(id), facts);
  }

  private static LoggedModel require(Handle handle, String id) {
    var models = read(handle, List.of(id));
    found(!models.isEmpty(), id);
    return models.getFirst();
  }

  private static void found(boolean found, String id) {
    if (!found) {
      throw new DoesNotExist("Logged model with ID '%s' not found.".formatted(id)).exception();
    }
  }

  /// The models that are there, whole and in the order asked for; five queries for any number.
  public static List<LoggedModel> read(Handle handle, Collection<String> ids) {
    var rows =
        LoggedModelRepository.find(handle, ids).stream()
            .collect(toMap(LoggedModelRow::id, Function.identity()));
    var params = LoggedModelEntryRepository.params(handle, ids);
    var tags = LoggedModelEntryRepository.tags(handle, ids);
    var metrics = LoggedModelMetrics.of(handle, ids);
    var registrations = LoggedModelEntryRepository.registrations(handle, ids);
    return ids.stream()
        .map(rows::get)
        .filter(Objects::nonNull)
        .map(
            row ->
                new LoggedModel(
                    row.id(),
                    row.experiment(),
                    row.name(),
                    row.modelType(),
                    row.sourceRun(),
                    row.status(),
                    row.artifactUri(),
                    row.createMs(),
                    row.updateMs(),
                    params.getOrDefault(row.id(), Map.of()),
                    tags.getOrDefault(row.id(), Map.of()),
                    metrics.getOrDefault(row.id(), List.of()),
                    registrations.getOrDefault(row.id(), List.of())))
        .toList();
  }
}
