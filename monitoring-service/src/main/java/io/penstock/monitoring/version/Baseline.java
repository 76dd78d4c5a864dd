package io.penstock.monitoring.version;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// What training looked like: distributions by column, and the AUC that the version was registered
/// with.
public final class Baseline {

  private final Map<String, BaselineColumn> columns = new LinkedHashMap<>();
  private final OptionalDouble auc;

  public Baseline(List<BaselineColumn> columns, OptionalDouble auc) {
    columns.forEach(column -> this.columns.put(column.name(), column));
    this.auc = auc;
  }

  /// The column of that name, if training described it.
  public @Nullable BaselineColumn column(String name) {
    return columns.get(name);
  }

  public Collection<BaselineColumn> columns() {
    return columns.values();
  }

  public OptionalDouble auc() {
    return auc;
  }
}
