package io.penstock.registry.benchmark;

import io.penstock.registry.statistics.RocArea;
import io.penstock.registry.statistics.WeightedStatistic;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;

/// What a suite computes from the truth and predictions.
enum Measure {
  AUC(true, Truth.CLASSES, Scale.ANY) {
    @Override
    WeightedStatistic statistic(double[] labels, double[] predictions) {
      return new RocArea(labels, predictions);
    }
  },
  ACCURACY(true, Truth.CLASSES, Scale.PROBABILITY) {
    @Override
    WeightedStatistic statistic(double[] labels, double[] predictions) {
      return mean(labels, predictions, (label, p) -> (p >= 0.5) == (label == 1) ? 1 : 0);
    }
  },
  BRIER(false, Truth.CLASSES, Scale.PROBABILITY) {
    @Override
    WeightedStatistic statistic(double[] labels, double[] predictions) {
      return mean(labels, predictions, Measure::squaredError);
    }
  },
  LOG_LOSS(false, Truth.CLASSES, Scale.PROBABILITY) {
    @Override
    WeightedStatistic statistic(double[] labels, double[] predictions) {
      return mean(labels, predictions, Measure::logLoss);
    }
  },
  RMSE(false, Truth.NUMBERS, Scale.ANY) {
    @Override
    WeightedStatistic statistic(double[] labels, double[] predictions) {
      var squares = mean(labels, predictions, Measure::squaredError);
      return weights -> Math.sqrt(squares.of(weights));
    }
  },
  MAE(false, Truth.NUMBERS, Scale.ANY) {
    @Override
    WeightedStatistic statistic(double[] labels, double[] predictions) {
      return mean(labels, predictions, (label, value) -> Math.abs(value - label));
    }
  };

  /// What the labels have to be.
  enum Truth {
    NUMBERS,
    /// 0 and 1, both of them.
    CLASSES
  }

  /// What the predictions have to be.
  enum Scale {
    ANY,
    PROBABILITY
  }

  // A single row that a model was sure of and wrong about would make any mean infinite.
  private static final double LEAST = 1e-15;

  private final boolean higherIsBetter;
  private final Truth truth;
  private final Scale scale;

  Measure(boolean higherIsBetter, Truth truth, Scale scale) {
    this.higherIsBetter = higherIsBetter;
    this.truth = truth;
    this.scale = scale;
  }

  abstract WeightedStatistic statistic(double[] labels, double[] predictions);

  boolean needsClasses() {
    return truth == Truth.CLASSES;
  }

  boolean needsProbabilities() {
    return scale == Scale.PROBABILITY;
  }

  boolean isNoWorse(double value, double baseline) {
    return higherIsBetter ? value >= baseline : value <= baseline;
  }

  /// `log_loss`
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static WeightedStatistic mean(
      double[] labels, double[] predictions, DoubleBinaryOperator each) {
    var values = new double[labels.length];
    for (int row = 0; row < values.length; row++) {
      values[row] = each.applyAsDouble(labels[row], predictions[row]);
    }
    return weights -> mean(values, weights);
  }

  private static double mean(double[] values, int[] weights) {
    double sum = 0;
    long count = 0;
    for (int row = 0; row < values.length; row++) {
      sum += values[row] * weights[row];
      count += weights[row];
    }
    return sum / count;
  }

  private static double squaredError(double label, double value) {
    return (value - label) * (value - label);
  }

  private static double logLoss(double label, double probability) {
    return -Math.log(Math.max(LEAST, label == 1 ? probability : 1 - probability));
  }
}
