package io.penstock.demo.training;

import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMBooster.FeatureImportanceType;
import io.github.metarank.lightgbm4j.LGBMDataset;
import io.github.metarank.lightgbm4j.LGBMException;
import java.util.stream.Collectors;

/// Grows gradient-boosted trees with LightGBM. The same table and recipe give the same model, byte
/// for byte.
public final class DelayTrainer {

  private static final int FIRST_TREE = 0;
  private static final int ALL_TREES = -1;

  private DelayTrainer() {}

  public static TrainedModel train(TrainingTable table, Recipe recipe) {
    try {
      String text = grow(table, recipe);
      return new TrainedModel(recipe, text, LightGbmText.parse(text));
    } catch (LGBMException e) {
      throw new TrainingFailed("LightGBM: " + e.getMessage(), e);
    } catch (LinkageError e) {
      throw new TrainingFailed(
          "LightGBM's native library cannot be loaded: %s. It needs libgomp.so.1 (Debian: apt-get install libgomp1)"
              .formatted(e.getMessage()),
          e);
    }
  }

  private static String grow(TrainingTable table, Recipe recipe) throws LGBMException {
    String parameters = parameters(recipe);
    int columns = table.columns().size();
    try (LGBMDataset dataset =
        LGBMDataset.createFromMat(table.values(), table.rows(), columns, true, parameters, null)) {
      dataset.setFeatureNames(table.columns().toArray(String[]::new));
      dataset.setField("label", table.labels());
      return boost(dataset, parameters, recipe.trees());
    }
  }

  private static String boost(LGBMDataset dataset, String parameters, int trees)
      throws LGBMException {
    try (LGBMBooster booster = LGBMBooster.create(dataset, parameters)) {
      for (int tree = 0; tree < trees; tree++) {
        booster.updateOneIter();
      }
      return booster.saveModelToString(FIRST_TREE, ALL_TREES, FeatureImportanceType.GAIN);
    }
  }

  private static String parameters(Recipe recipe) {
    return recipe.parameters().entrySet().stream()
        .map(parameter -> parameter.getKey() + '=' + parameter.getValue())
        .collect(Collectors.joining(" ", "", " verbosity=-1"));
  }
}
