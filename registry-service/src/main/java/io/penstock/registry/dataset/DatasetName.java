package io.penstock.registry.dataset;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.registry.NamePattern;
import java.util.Optional;
import java.util.regex.Pattern;

/// Name of a data snapshot: `datasets/{id}/snapshots/{sha256}`.
public record DatasetName(String datasetId, String sha256) {

  static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private static final Pattern IN_TEXT =
      Pattern.compile("\\bdatasets/([a-z0-9][a-z0-9._-]{0,62})/snapshots/([0-9a-f]{64})\\b");

  private static final NamePattern NAMES = NamePattern.of("datasets/{dataset}/snapshots/{sha256}");

  public static DatasetName parse(String field, String name) {
    var ids = NAMES.parse(field, name);
    if (!SHA256.matcher(ids.getLast()).matches()) {
      throw InvalidArguments.of(
          field, "was '%s', expected 64 hex digits at the end".formatted(name));
    }
    return new DatasetName(ids.getFirst(), ids.getLast());
  }

  /// The first snapshot that a text names: the source of data is a URI or a JSON text around one.
  public static Optional<DatasetName> in(String text) {
    var match = IN_TEXT.matcher(text);
    return match.find()
        ? Optional.of(new DatasetName(match.group(1), match.group(2)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return NAMES.format(datasetId, sha256);
  }
}
