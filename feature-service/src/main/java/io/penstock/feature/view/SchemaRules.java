package io.penstock.feature.view;

import io.penstock.feature.Identifiers;
import io.penstock.kit.failure.InvalidArguments;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the features of a new version must satisfy. Says everything that is wrong at once.
final class SchemaRules {

  static final int MOST_FEATURES = 500;
  static final int MOST_ALLOWED = 1000;

  private final InvalidArguments problems = new InvalidArguments();
  private final Set<String> names = new HashSet<>();

  private SchemaRules() {}

  static void check(List<FeatureSpec> features) {
    var rules = new SchemaRules();
    rules.checkNumber(features.size());
    for (int i = 0; i < features.size(); i++) {
      rules.checkFeature("features[" + i + "].", features.get(i));
    }
    rules.problems.throwIfAny();
  }

  private void checkNumber(int features) {
    problems.addIf(
        features < 1 || features > MOST_FEATURES,
        "features",
        "are " + features + ", expected 1 to " + MOST_FEATURES);
  }

  private void checkFeature(String path, FeatureSpec feature) {
    String name = feature.name();
    problems.addIf(
        !Identifiers.isValid(name),
        path + "name",
        "was '" + name + "', expected " + Identifiers.RULE);
    problems.addIf(!names.add(name), path + "name", "'" + name + "' appears twice, expected once");
    checkBound(path + "min", feature, feature.min());
    checkBound(path + "max", feature, feature.max());
    checkOrder(path, feature.min(), feature.max());
    checkAllowed(path + "allowed", feature);
  }

  private void checkBound(String field, FeatureSpec feature, @Nullable Double bound) {
    if (bound != null) {
      problems.addIf(
          !feature.type().isNumeric(),
          field,
          "is set for a " + feature.type() + ", expected bounds for numbers only");
      problems.addIf(!Double.isFinite(bound), field, "was " + bound + ", expected a finite number");
    }
  }

  private void checkOrder(String path, @Nullable Double min, @Nullable Double max) {
    if (min != null && max != null) {
      problems.addIf(min > max, path + "min", "was " + min + ", expected at most max, " + max);
    }
  }

  private void checkAllowed(String field, FeatureSpec feature) {
    int values = feature.allowed().size();
    problems.addIf(
        values > 0 && feature.type() != ValueType.STRING,
        field,
        "is set for a " + feature.type() + ", expected allowed values for strings only");
    problems.addIf(
        values > MOST_ALLOWED, field, "are " + values + ", expected at most " + MOST_ALLOWED);
    problems.addIf(
        feature.allowed().stream().anyMatch(value -> value.indexOf('\0') >= 0),
        field,
        "hold a NUL character, expected none");
  }
}
