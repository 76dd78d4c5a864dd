package io.penstock.demo.training;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// What a recipe gave.
///
/// @param model grown on everything up to the live period: what will serve
/// @param training the rows that it was grown on
/// @param validation of a model by the same recipe that never saw the validation month
/// @param aucByTrees of that model after its first trees
public record Finding(
    TrainedModel model,
    TrainingTable training,
    Evaluation validation,
    SortedMap<Integer, Double> aucByTrees) {

  private static final int POINTS = 5;

  /// @param all rows to train on, the validation month included
  static Finding of(
      Recipe recipe, TrainingTable early, TrainingTable validationMonth, TrainingTable all) {
    TreeModel trees = DelayTrainer.train(early, recipe).trees();
    Evaluation evaluation =
        Evaluation.of(trees.probabilities(validationMonth), validationMonth.labels());
    return new Finding(
        DelayTrainer.train(all, recipe), all, evaluation, curve(trees, validationMonth));
  }

  private static SortedMap<Integer, Double> curve(TreeModel trees, TrainingTable month) {
    SortedMap<Integer, Double> auc = new TreeMap<>();
    IntStream.rangeClosed(1, POINTS)
        .map(point -> point * trees.trees().size() / POINTS)
        .forEach(
            count ->
                auc.put(count, Auc.of(trees.first(count).probabilities(month), month.labels())));
    return auc;
  }
}
