package io.penstock.feature.view;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// The features of one view version in their order, which is also the order of their values in a
/// packed row.
public final class FeatureSchema {

  private final List<FeatureSpec> features;
  private final ValueType[] types;
  private final Map<String, Integer> positions = new HashMap<>();

  public FeatureSchema(List<FeatureSpec> features) {
    this.features = List.copyOf(features);
    this.types = features.stream().map(FeatureSpec::type).toArray(ValueType[]::new);
    features.forEach(feature -> positions.put(feature.name(), positions.size()));
  }

  public List<FeatureSpec> features() {
    return features;
  }

  public FeatureSpec feature(int position) {
    return features.get(position);
  }

  public ValueType type(int position) {
    return types[position];
  }

  public int size() {
    return types.length;
  }

  public OptionalInt position(String feature) {
    Integer position = positions.get(feature);
    return position == null ? OptionalInt.empty() : OptionalInt.of(position);
  }

  boolean acceptsSameAs(FeatureSchema other) {
    return size() == other.size()
        && IntStream.range(0, size()).allMatch(i -> feature(i).acceptsSameAs(other.feature(i)));
  }
}
