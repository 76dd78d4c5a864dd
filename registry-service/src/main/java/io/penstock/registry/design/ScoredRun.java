package io.penstock.registry.design;

import java.util.List;
import java.util.Map;

/// A finished run of a variant with what it reached.
///
/// @param split the split that it says it used; empty where it says none
/// @param values of each metric: the latest one, or all of the last step where the run says that
///   these are repeats
record ScoredRun(String run, String variant, String split, Map<String, List<Double>> values) {
  ScoredRun {
    values = Map.copyOf(values);
  }
}
