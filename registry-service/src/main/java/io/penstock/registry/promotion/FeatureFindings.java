package io.penstock.registry.promotion;

import java.util.List;

/// What came of looking up the features that a version binds.
///
/// @param bound whether it binds any
/// @param problems in words; empty when every feature is there and gives numbers
record FeatureFindings(boolean bound, List<String> problems) {
  FeatureFindings {
    problems = List.copyOf(problems);
  }
}
