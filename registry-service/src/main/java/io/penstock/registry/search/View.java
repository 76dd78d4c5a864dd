package io.penstock.registry.search;

import java.util.Optional;

/// Which part of the life cycle a search looks at.
public enum View {
  ACTIVE("active"),
  DELETED("deleted"),
  ALL("");

  private final String stage;

  View(String stage) {
    this.stage = stage;
  }

  /// The condition on a column of life cycle stages. Literals: an index on active rows is only used
  /// where the planner sees that they alone are asked for.
  public Optional<String> condition(String column) {
    return this == ALL ? Optional.empty() : Optional.of("%s = '%s'".formatted(column, stage));
  }
}
