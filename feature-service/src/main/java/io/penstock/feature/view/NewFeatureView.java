package io.penstock.feature.view;

import io.penstock.feature.Identifiers;
import io.penstock.kit.failure.InvalidArguments;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The wish for a version of a view, checked.
///
/// @param owner empty for the caller
public record NewFeatureView(
    String viewId,
    String entityId,
    FeatureSchema schema,
    String owner,
    String description,
    @Nullable Duration ttl) {

  private static final Duration SHORTEST_TTL = Duration.ofMillis(1);
  private static final Duration LONGEST_TTL = Duration.ofDays(36_525);

  public NewFeatureView {
    Identifiers.require("feature_view_id", viewId);
    SchemaRules.check(schema.features());
    ttl = ttl == null ? null : ttl.truncatedTo(ChronoUnit.MICROS);
    if (ttl != null && (ttl.compareTo(SHORTEST_TTL) < 0 || ttl.compareTo(LONGEST_TTL) > 0)) {
      throw InvalidArguments.of("ttl", "was " + ttl + ", expected a millisecond to a century");
    }
  }

  /// True if the version accepts and serves exactly what this wish would. Owner and words make no
  /// new version.
  boolean isMetBy(FeatureView view) {
    return entityId.equals(view.entityId())
        && Objects.equals(ttl, view.ttl())
        && schema.acceptsSameAs(view.schema());
  }
}
