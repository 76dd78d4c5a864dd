package io.penstock.monitoring.window;

/// Realised quality of a binary classifier. Figures that the labels cannot tell are NaN.
///
/// @param labels labelled rows
/// @param labelRate share of positives
/// @param accuracy at threshold 0.5
/// @param brier mean squared difference of score and label
public record Quality(long labels, double labelRate, Auc auc, double accuracy, double brier) {}
