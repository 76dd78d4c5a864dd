package io.penstock.feature.view;

import io.penstock.feature.Micros;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One immutable version of a named set of features of one entity.
///
/// @param versionId the surrogate under which rows are stored
/// @param ttl how long a value may be served after its event time; null for ever
public record FeatureView(
    int versionId,
    String viewId,
    int version,
    String entityId,
    FeatureSchema schema,
    String owner,
    String description,
    @Nullable Duration ttl,
    Instant createTime,
    String createdBy) {

  /// The surrogate of a version that is not stored yet.
  static final int UNSAVED = 0;

  /// The resource name.
  public String name() {
    return new ViewRef(viewId, version).name();
  }

  /// The last event time that is too old to be served at the given time, both in microseconds.
  public long expiredUpTo(long timeUs) {
    return ttl == null ? Long.MIN_VALUE : timeUs - Micros.of(ttl);
  }

  FeatureView withSchema(FeatureSchema known) {
    return new FeatureView(
        versionId,
        viewId,
        version,
        entityId,
        known,
        owner,
        description,
        ttl,
        createTime,
        createdBy);
  }

  FeatureView withVersionId(int known) {
    return new FeatureView(
        known, viewId, version, entityId, schema, owner, description, ttl, createTime, createdBy);
  }
}
