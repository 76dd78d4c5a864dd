package io.penstock.monitoring.version;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// The table of versions that were seen.
@Singleton
final class VersionRepository {

  /// A version as it is stored; its registration is unknown until the registry was asked.
  record StoredVersion(int id, VersionName name, @Nullable RegisteredVersion registered) {}

  private final Jdbi jdbi;

  VersionRepository(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  Optional<StoredVersion> find(VersionName name) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select * from monitored_version where model = :model and version = :version")
                .bind("model", name.model())
                .bind("version", name.version())
                .map((row, _) -> stored(row))
                .findOne());
  }

  VersionName name(int id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from monitored_version where version_id = :id")
                .bind("id", id)
                .map((row, _) -> stored(row).name())
                .one());
  }

  /// Stores a version, and what the registry says about it where that is known; returns its id.
  int save(VersionName name, @Nullable RegisteredVersion registered) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    insert into monitored_version as known (model, version, baseline, baseline_auc)
                    values (:model, :version, :baseline, :auc)
                    on conflict (model, version) do update set
                      baseline = coalesce(known.baseline, excluded.baseline),
                      baseline_auc = coalesce(known.baseline_auc, excluded.baseline_auc)
                    returning version_id""")
                .bind("model", name.model())
                .bind("version", name.version())
                .bind("baseline", registered == null ? null : registered.profile())
                .bind("auc", registered == null ? null : boxed(registered.auc()))
                .mapTo(Integer.class)
                .one());
  }

  private static @Nullable Double boxed(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static StoredVersion stored(ResultSet row) throws SQLException {
    var name = new VersionName(row.getString("model"), row.getString("version"));
    byte[] profile = row.getBytes("baseline");
    double auc = row.getDouble("baseline_auc");
    var known = row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(auc);
    return new StoredVersion(
        row.getInt("version_id"),
        name,
        profile == null ? null : new RegisteredVersion(profile, known));
  }
}
