package io.penstock.registry.version;

import static java.util.stream.Collectors.toMap;

import com.google.protobuf.ByteString;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.dataset.Profile;
import io.penstock.registry.experiment.RunName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/// The table of model versions. Whoever decides something by a version's stage holds its row until
/// the decision is committed.
public final class VersionRepository {

  private VersionRepository() {}

  public static void insert(Handle handle, ModelVersion version) {
    handle
        .createUpdate(
            """
            insert into model_version
              (model, number, stage, edition, artifact, run, content, baseline_profile,
               create_time, created_by)
            values (:model, :number, :stage, :edition, :artifact, :run, :content, :profile,
              :time, :by)""")
        .bind("model", version.name().model())
        .bind("number", version.name().number())
        .bind("stage", version.stage().name())
        .bind("edition", version.edition())
        .bind("artifact", version.artifact().hex())
        .bind("run", version.run().map(RunName::toString).orElse(""))
        .bind("content", VersionProtos.contentBytes(version))
        .bind("profile", version.baselineProfile().encoded().toByteArray())
        .bind("time", version.createTime())
        .bind("by", version.createdBy())
        .execute();
  }

  /// The version, which has to exist.
  public static ModelVersion require(Handle handle, VersionName name) {
    return found(select(handle, name, ""), name);
  }

  /// The version, whose stage cannot change before this transaction ends.
  public static ModelVersion requireAndHold(Handle handle, VersionName name) {
    return found(select(handle, name, " for share"), name);
  }

  /// The version, for this transaction alone to change.
  public static ModelVersion requireAndLock(Handle handle, VersionName name) {
    return found(select(handle, name, " for update"), name);
  }

  private static ModelVersion found(Optional<ModelVersion> version, VersionName name) {
    return version.orElseThrow(() -> new NotFound(Kind.MODEL_VERSION, name.toString()).exception());
  }

  private static Optional<ModelVersion> select(Handle handle, VersionName name, String lock) {
    return handle
        .createQuery("select * from model_version where model = :model and number = :number" + lock)
        .bind("model", name.model())
        .bind("number", name.number())
        .map((row, _) -> read(row))
        .findOne();
  }

  /// Stores the stage and edition of a version that this transaction has locked.
  public static void updateStage(Handle handle, ModelVersion version) {
    handle
        .createUpdate(
            """
            update model_version set stage = :stage, edition = :edition
            where model = :model and number = :number""")
        .bind("stage", version.stage().name())
        .bind("edition", version.edition())
        .bind("model", version.name().model())
        .bind("number", version.name().number())
        .execute();
  }

  /// Newest first.
  public static Page<ModelVersion> page(Handle handle, String model, PageRequest page) {
    var rows =
        handle
            .createQuery(
                """
                select * from model_version where model = :model and number < :after
                order by number desc limit :limit""")
            .bind("model", model)
            .bind("after", page.after(Long.MAX_VALUE, PageKey::number))
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(rows, version -> List.of(version.name().number()));
  }

  /// All of the given versions that exist, in one query.
  public static Map<VersionName, ModelVersion> findAll(
      Handle handle, Collection<VersionName> names) {
    return handle
        .createQuery(
            """
            select version.* from model_version version
            join unnest(:models, :numbers) as wanted (model, number) using (model, number)""")
        .bindArray("models", String.class, names.stream().map(VersionName::model).toList())
        .bindArray("numbers", Long.class, names.stream().map(VersionName::number).toList())
        .map((row, _) -> read(row))
        .collect(toMap(ModelVersion::name, Function.identity()));
  }

  private static ModelVersion read(ResultSet row) throws SQLException {
    return VersionProtos.fromContent(
        new VersionRow(
            new VersionName(row.getString("model"), row.getLong("number")),
            Stage.valueOf(row.getString("stage")),
            row.getString("artifact"),
            row.getString("run"),
            new Profile(ByteString.copyFrom(row.getBytes("baseline_profile"))),
            row.getTimestamp("create_time").toInstant(),
            row.getString("created_by"),
            row.getLong("edition")),
        row.getBytes("content"));
  }
}
