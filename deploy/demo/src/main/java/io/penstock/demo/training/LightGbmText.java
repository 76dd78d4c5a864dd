package io.penstock.demo.training;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the text form of a LightGBM model: a header, then one block of `key=value` lines a tree.
/// Reads what [DelayTrainer] makes and refuses the rest (categories, zero as missing, other
/// objectives).
final class LightGbmText {

  private static final String OBJECTIVE = "binary sigmoid:1";
  private static final int CATEGORICAL = 1;
  private static final int DEFAULT_LEFT = 2;
  private static final int MISSING_NONE = 0;
  private static final int MISSING_NAN = 2;

  private LightGbmText() {}

  static TreeModel parse(String text) {
    String trees = text.substring(0, text.indexOf("\nend of trees"));
    List<Map<String, String>> blocks =
        Arrays.stream(trees.split("\nTree=", -1)).map(LightGbmText::block).toList();
    Map<String, String> header = blocks.getFirst();
    if (!OBJECTIVE.equals(header.get("objective"))) {
      throw refused("objective", header.get("objective"), OBJECTIVE);
    }
    return new TreeModel(
        List.of(value(header, "feature_names").split(" ")),
        blocks.stream().skip(1).map(LightGbmText::tree).toList());
  }

  private static Tree tree(Map<String, String> block) {
    double[] leaves = doubles(block, "leaf_value");
    if (leaves.length == 1) {
      return new Tree(new int[0], new double[0], new boolean[0], new int[0], new int[0], leaves);
    }
    double[] thresholds = doubles(block, "threshold");
    int[] decisions = ints(block, "decision_type");
    boolean[] missingLeft = new boolean[thresholds.length];
    for (int node = 0; node < thresholds.length; node++) {
      missingLeft[node] = missingLeft(decisions[node], thresholds[node]);
    }
    return new Tree(
        ints(block, "split_feature"),
        thresholds,
        missingLeft,
        ints(block, "left_child"),
        ints(block, "right_child"),
        leaves);
  }

  /// LightGBM takes NaN for 0 in a column that had no missing values when it was trained.
  private static boolean missingLeft(int decision, double threshold) {
    if ((decision & CATEGORICAL) != 0) {
      throw refused("decision_type", Integer.toString(decision), "a numeric split");
    }
    return switch (decision >> 2) {
      case MISSING_NONE -> 0 <= threshold;
      case MISSING_NAN -> (decision & DEFAULT_LEFT) != 0;
      default -> throw refused("decision_type", Integer.toString(decision), "missing none or NaN");
    };
  }

  private static Map<String, String> block(String lines) {
    Map<String, String> values = new HashMap<>();
    lines
        .lines()
        .filter(line -> line.contains("="))
        .forEach(
            line -> {
              int at = line.indexOf('=');
              values.put(line.substring(0, at), line.substring(at + 1));
            });
    return values;
  }

  private static String value(Map<String, String> block, String key) {
    String value = block.get(key);
    if (value == null) {
      throw refused(key, "nothing", "a value");
    }
    return value;
  }

  private static int[] ints(Map<String, String> block, String key) {
    return Arrays.stream(value(block, key).split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  private static double[] doubles(Map<String, String> block, String key) {
    return Arrays.stream(value(block, key).split(" ")).mapToDouble(LightGbmText::number).toArray();
  }

  /// `inf` is a split of missing values from all others.
  private static double number(String text) {
    return text.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }

  private static IllegalArgumentException refused(
      String key, @Nullable String given, String expected) {
    return new IllegalArgumentException(
        "LightGBM model: %s: %s (expected: %s)".formatted(key, given, expected));
  }
}
