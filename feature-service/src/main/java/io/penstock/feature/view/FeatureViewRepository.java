package io.penstock.feature.view;

import io.penstock.feature.Micros;
import jakarta.inject.Singleton;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// The tables of views, versions and their features.
@Singleton
final class FeatureViewRepository {

  private static final String VERSIONS =
      "select * from feature_view_version join feature_view using (view_id) ";

  private record Feature(int versionId, FeatureSpec spec) {}

  private final Jdbi jdbi;

  FeatureViewRepository(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// Creates the view if need be, locks it until the transaction ends, and says which entity it is
  /// about.
  String lock(Handle handle, String viewId, String entityId) {
    handle
        .createUpdate("insert into feature_view values (:view, :entity) on conflict do nothing")
        .bind("view", viewId)
        .bind("entity", entityId)
        .execute();
    return handle
        .createQuery("select entity_id from feature_view where view_id = :view for update")
        .bind("view", viewId)
        .mapTo(String.class)
        .one();
  }

  /// All versions of a view, oldest first.
  List<FeatureView> versions(Handle handle, String viewId) {
    return load(
        handle,
        handle
            .createQuery(VERSIONS + "where view_id = :view order by version")
            .bind("view", viewId));
  }

  /// The surrogate of a version, or of the newest.
  Optional<Integer> versionId(ViewRef ref) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    select version_id from feature_view_version
                    where view_id = :view and (:version = 0 or version = :version)
                    order by version desc limit 1""")
                .bind("view", ref.viewId())
                .bind("version", ref.version())
                .mapTo(Integer.class)
                .findOne());
  }

  FeatureView get(int versionId) {
    return jdbi.withHandle(
            handle ->
                load(
                    handle,
                    handle.createQuery(VERSIONS + "where version_id = :id").bind("id", versionId)))
        .getFirst();
  }

  /// The newest version of each view.
  List<FeatureView> newest(String after, int limit) {
    return jdbi.withHandle(
        handle ->
            load(
                handle,
                handle
                    .createQuery(
                        """
                        select distinct on (view_id) *
                        from feature_view_version join feature_view using (view_id)
                        where view_id > :after order by view_id, version desc limit :limit""")
                    .bind("after", after)
                    .bind("limit", limit)));
  }

  private static List<FeatureView> load(Handle handle, Query query) {
    List<FeatureView> bare = query.map((row, _) -> viewWithoutFeatures(row)).list();
    Map<Integer, List<FeatureSpec>> specs = specs(handle, bare);
    return bare.stream()
        .map(
            view ->
                view.withSchema(new FeatureSchema(specs.getOrDefault(view.versionId(), List.of()))))
        .toList();
  }

  private static Map<Integer, List<FeatureSpec>> specs(Handle handle, List<FeatureView> views) {
    return handle
        .createQuery(
            """
            select * from feature_spec where version_id = any(:versions)
            order by version_id, position""")
        .bindArray("versions", Integer.class, views.stream().map(FeatureView::versionId).toList())
        .map((row, _) -> new Feature(row.getInt("version_id"), spec(row)))
        .stream()
        .collect(
            Collectors.groupingBy(
                Feature::versionId, Collectors.mapping(Feature::spec, Collectors.toList())));
  }

  private static FeatureView viewWithoutFeatures(ResultSet row) throws SQLException {
    long ttl = row.getLong("ttl_us");
    return new FeatureView(
        row.getInt("version_id"),
        row.getString("view_id"),
        row.getInt("version"),
        row.getString("entity_id"),
        new FeatureSchema(List.of()),
        row.getString("owner"),
        row.getString("description"),
        ttl == 0 ? null : Duration.ofNanos(Math.multiplyExact(ttl, 1_000L)),
        row.getObject("create_time", OffsetDateTime.class).toInstant(),
        row.getString("created_by"));
  }

  private static FeatureSpec spec(ResultSet row) throws SQLException {
    return new FeatureSpec(
        row.getString("name"),
        ValueType.valueOf(row.getString("type")),
        row.getString("description"),
        row.getBoolean("nullable"),
        row.getObject("min_value", Double.class),
        row.getObject("max_value", Double.class),
        strings(row.getArray("allowed")));
  }

  private static List<String> strings(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  /// Stores a version and gives it its surrogate.
  FeatureView insert(Handle handle, FeatureView view) {
    int versionId = insertVersion(handle, view);
    insertFeatures(handle, versionId, view.schema());
    return view.withVersionId(versionId);
  }

  private static int insertVersion(Handle handle, FeatureView view) {
    return handle
        .createQuery(
            """
            insert into feature_view_version
              (view_id, version, owner, description, ttl_us, create_time, created_by)
            values (:view, :version, :owner, :description, :ttl, :createTime, :createdBy)
            returning version_id""")
        .bind("view", view.viewId())
        .bind("version", view.version())
        .bind("owner", view.owner())
        .bind("description", view.description())
        .bind("ttl", ttlMicros(view.ttl()))
        .bind("createTime", view.createTime().atOffset(ZoneOffset.UTC))
        .bind("createdBy", view.createdBy())
        .mapTo(Integer.class)
        .one();
  }

  private static @Nullable Long ttlMicros(@Nullable Duration ttl) {
    return ttl == null ? null : Micros.of(ttl);
  }

  private static void insertFeatures(Handle handle, int versionId, FeatureSchema schema) {
    var batch =
        handle.prepareBatch(
            """
            insert into feature_spec
              (version_id, position, name, type, description, nullable, min_value, max_value, allowed)
            values (:versionId, :position, :name, :type, :description, :nullable, :min, :max, :allowed)""");
    for (int i = 0; i < schema.size(); i++) {
      FeatureSpec feature = schema.feature(i);
      batch
          .bind("versionId", versionId)
          .bind("position", i)
          .bind("name", feature.name())
          .bind("type", feature.type().name())
          .bind("description", feature.description())
          .bind("nullable", feature.nullable())
          .bind("min", feature.min())
          .bind("max", feature.max())
          .bindArray("allowed", String.class, new ArrayList<>(feature.allowed()))
          .add();
    }
    batch.execute();
  }
}
