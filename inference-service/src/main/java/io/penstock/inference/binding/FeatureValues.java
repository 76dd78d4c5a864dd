package io.penstock.inference.binding;

/// The values of one feature, one a row.
///
/// @param name as feature-service calls it
/// @param numeric whether they are numbers at all
/// @param numbers NaN where there is none
public record FeatureValues(String name, boolean numeric, double[] numbers) {}
