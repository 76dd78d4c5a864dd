package io.penstock.registry.version;

import static java.util.stream.Collectors.toMap;

import com.google.protobuf.ByteString;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.Tags;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.dataset.DatasetName;
import io.penstock.registry.dataset.DatasetUseRepository;
import io.penstock.registry.experiment.RunInput;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.profile.Profile;
import io.penstock.registry.version.ModelVersion.Retirement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/// The table of model versions. Whoever decides something by a version's stage holds its row until
/// the decision is committed.
public final class VersionRepository {

  /// Media type of the artifact of an ensemble.
  public static final String ENSEMBLE = "application/vnd.penstock.ensemble";

  // One query for the version and its tags.
  private static final String SELECT =
      """
      select version.*, (
          select coalesce(jsonb_object_agg(key, value), '{}') from model_version_tag tag
          where tag.model = version.model and tag.number = version.number) as tags
      from model_version version""";

  private VersionRepository() {}

  public static void insert(Handle handle, ModelVersion version) {
    insert(handle, version, VersionOrigin.of(version));
  }

  public static void insert(Handle handle, ModelVersion version, VersionOrigin origin) {
    handle
        .createUpdate(
            """
            with version as (
              insert into model_version
                (model, number, description, stage, edition, artifact, run, source, location,
                 run_id, run_link, logged_model, status_message, signature_changes, content,
                 baseline_profile, create_time, update_time, created_by)
              values (:model, :number, :description, :stage, :edition, :artifact, :run,
                nullif(:source, ''), nullif(:location, ''), nullif(:runId, ''),
                nullif(:runLink, ''), :loggedModel, :message, :changes, :content, :profile, :time,
                :time, :by)
              returning model, number)
            insert into model_version_tag (model, number, key, value)
            select model, number, key, value from version
              cross join unnest(:keys, :values) as tag (key, value)""")
        .bind("model", version.name().model())
        .bind("number", version.name().number())
        .bind("description", version.description())
        .bind("stage", version.stage().name())
        .bind("edition", version.edition())
        .bind("artifact", version.artifact().map(ArtifactDigest::hex).orElse(null))
        .bind("run", version.run().map(RunName::toString).orElse(""))
        .bind("source", origin.source())
        .bind("location", origin.location())
        .bind("runId", origin.runId())
        .bind("runLink", origin.runLink())
        .bind("loggedModel", origin.loggedModel().orElse(null))
        .bind("message", origin.statusMessage())
        .bind("changes", version.signatureChanges())
        .bind("content", VersionProtos.contentBytes(version))
        .bind("profile", version.baselineProfile().encoded().toByteArray())
        .bind("time", version.createTime())
        .bind("by", version.createdBy())
        .bindArray("keys", String.class, List.copyOf(version.tags().keySet()))
        .bindArray("values", String.class, List.copyOf(version.tags().values()))
        .execute();
    version
        .run()
        .ifPresent(
            run ->
                DatasetUseRepository.copyInputs(
                    handle, run.run(), version.name().model(), version.name().number()));
  }

  /// The version, where there is one.
  public static Optional<ModelVersion> find(Handle handle, VersionName name) {
    return select(handle, name, "");
  }

  /// The version, which has to exist.
  public static ModelVersion require(Handle handle, VersionName name) {
    return found(find(handle, name), name);
  }

  /// The version, whose stage cannot change before this transaction ends.
  public static ModelVersion requireAndHold(Handle handle, VersionName name) {
    return found(select(handle, name, " for share of version"), name);
  }

  /// The version, for this transaction alone to change.
  public static ModelVersion requireAndLock(Handle handle, VersionName name) {
    return found(select(handle, name, " for no key update of version"), name);
  }

  private static ModelVersion found(Optional<ModelVersion> version, VersionName name) {
    return version.orElseThrow(() -> new NotFound(Kind.MODEL_VERSION, name.toString()).exception());
  }

  private static Optional<ModelVersion> select(Handle handle, VersionName name, String lock) {
    return handle
        .createQuery(
            SELECT + " where model = :model and number = :number and delete_time is null" + lock)
        .bind("model", name.model())
        .bind("number", name.number())
        .map((row, _) -> read(row))
        .findOne();
  }

  /// Stores the stage and edition of a version that this transaction has locked.
  public static void updateStage(Handle handle, ModelVersion version, Instant now) {
    handle
        .createUpdate(
            """
            update model_version set stage = :stage, edition = :edition, update_time = :time
            where model = :model and number = :number""")
        .bind("stage", version.stage().name())
        .bind("edition", version.edition())
        .bind("time", now)
        .bind("model", version.name().model())
        .bind("number", version.name().number())
        .execute();
  }

  /// Lets nobody else change the stages of several of a model's versions, or delete the model,
  /// before this transaction ends. The model counts as changed.
  public static void lockModel(Handle handle, String model, Instant now) {
    handle.execute("update model set update_time = ? where id = ?", now, model);
  }

  /// Lets nobody delete the model before this transaction ends.
  public static void holdModel(Handle handle, String model) {
    handle
        .createQuery("select 1 from model where id = :id for share")
        .bind("id", model)
        .mapTo(int.class)
        .findOne();
  }

  /// The newest version of a model that can be served.
  public static Optional<ModelVersion> newestServable(Handle handle, String model) {
    return handle
        .createQuery(
            SELECT
                + """
                 where model = :model and artifact is not null and delete_time is null
                order by number desc limit 1""")
        .bind("model", model)
        .map((row, _) -> read(row))
        .findOne();
  }

  /// The other versions of a stage, for this transaction alone to change.
  public static List<ModelVersion> lockOthers(Handle handle, VersionName name, Stage stage) {
    return handle
        .createQuery(
            SELECT
                + """
                 where model = :model and number <> :number and stage = :stage
                  and delete_time is null
                order by number for no key update of version""")
        .bind("model", name.model())
        .bind("number", name.number())
        .bind("stage", stage.name())
        .map((row, _) -> read(row))
        .list();
  }

  /// The ensembles that somebody may serve.
  public static List<ModelVersion> ensembles(Handle handle) {
    return handle
        .createQuery(
            SELECT
                + """
                 join artifact on artifact.sha256 = version.artifact
                where artifact.media_type = :type and stage <> 'ARCHIVED' and delete_time is null""")
        .bind("type", ENSEMBLE)
        .map((row, _) -> read(row))
        .list();
  }

  /// The data that a version was made of. What its run reads later is none of it.
  public static List<RunInput> inputs(Handle handle, VersionName version) {
    return handle
        .createQuery(
            """
            select dataset_id, sha256, context from model_version_input
            where model = :model and number = :number order by dataset_id, sha256, context""")
        .bind("model", version.model())
        .bind("number", version.number())
        .map(
            (row, _) ->
                new RunInput(
                    new DatasetName(row.getString("dataset_id"), row.getString("sha256")),
                    row.getString("context")))
        .list();
  }

  /// The names other than its number by which a version is asked for.
  public static List<String> aliases(Handle handle, VersionName version) {
    return handle
        .createQuery(
            """
            select alias from model_alias where model = :model and number = :number
            order by alias""")
        .bind("model", version.model())
        .bind("number", version.number())
        .mapTo(String.class)
        .list();
  }

  /// Newest first.
  public static Page<ModelVersion> page(Handle handle, String model, PageRequest page) {
    var rows =
        handle
            .createQuery(
                SELECT
                    + """
                     where model = :model and number < :after and delete_time is null
                    order by number desc limit :limit""")
            .bind("model", model)
            .bind("after", page.after(Long.MAX_VALUE, PageKey::number))
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(rows, version -> List.of(version.name().number()));
  }

  /// All of the given versions that exist or once did, in one query.
  public static Map<VersionName, ModelVersion> findAll(
      Handle handle, Collection<VersionName> names) {
    return handle
        .createQuery(
            SELECT
                + " join unnest(:models, :numbers) as wanted (model, number) using (model, number)")
        .bindArray("models", String.class, names.stream().map(VersionName::model).toList())
        .bindArray("numbers", Long.class, names.stream().map(VersionName::number).toList())
        .map((row, _) -> read(row))
        .collect(toMap(ModelVersion::name, Function.identity()));
  }

  private static ModelVersion read(ResultSet row) throws SQLException {
    return VersionProtos.fromContent(
        new VersionRow(
            new VersionName(row.getString("model"), row.getLong("number")),
            row.getString("description"),
            Stage.valueOf(row.getString("stage")),
            row.getString("artifact"),
            row.getString("run"),
            row.getString("signature_changes"),
            new Profile(ByteString.copyFrom(row.getBytes("baseline_profile"))),
            Tags.fromJson(row.getString("tags")),
            retirement(row),
            row.getTimestamp("create_time").toInstant(),
            row.getString("created_by"),
            row.getLong("edition")),
        row.getBytes("content"));
  }

  private static Optional<Retirement> retirement(ResultSet row) throws SQLException {
    var time = row.getTimestamp("retire_time");
    return time == null
        ? Optional.empty()
        : Optional.of(new Retirement(time.toInstant(), row.getString("retire_reason")));
  }
}
