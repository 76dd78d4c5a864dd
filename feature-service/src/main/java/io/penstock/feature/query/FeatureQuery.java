package io.penstock.feature.query;

import io.penstock.feature.view.ViewRef;
import java.util.List;

/// The features wanted of some entities.
///
/// @param features empty for all of the view
/// @param keys one a row
public record FeatureQuery(ViewRef view, List<String> features, List<String> keys) {}
