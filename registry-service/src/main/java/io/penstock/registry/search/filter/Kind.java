package io.penstock.registry.search.filter;

/// What a name in a filter stands for: the part before its first dot.
public enum Kind {
  METRIC("metric"),
  PARAMETER("parameter"),
  TAG("tag"),
  ATTRIBUTE("attribute"),
  DATASET("dataset");

  private final String label;

  Kind(String label) {
    this.label = label;
  }

  /// As messages call it.
  @Override
  public String toString() {
    return label;
  }
}
