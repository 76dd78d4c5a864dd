package io.penstock.registry.mlflow;

import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.Param;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.registry.MlflowFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// The limits of what is tracked, refused in MLflow's words and in its order.
final class TrackingChecks {

  private static final int EXPERIMENT_NAME = 500;
  private static final int EXPERIMENT_TAG = 20_000;
  private static final int PARAM = 6_000;
  private static final int RUN_TAG = 8_000;
  private static final int RUN_NAME = 250;
  private static final int METRICS = 1_000;
  private static final int PARAMS_OR_TAGS = 100;
  private static final int ENTRIES = 1_000;

  private TrackingChecks() {}

  static void experimentName(String name) {
    if (name.isBlank()) {
      throw MlflowFailure.invalid("Invalid experiment name: '%s'".formatted(name));
    }
    TextLimits.check("name", name, EXPERIMENT_NAME);
  }

  static void experimentTag(String key, String value) {
    MlflowNames.checkTagKey("key", key);
    TextLimits.check("value", value, EXPERIMENT_TAG);
  }

  static void runName(String name) {
    TextLimits.check("run_name", name, RUN_NAME);
  }

  static void metric(String path, Metric metric) {
    MlflowNames.checkMetricKey(field(path, "name"), metric.getKey());
    if (metric.getTimestamp() < 0) {
      throw MlflowFailure.invalid(
          "Invalid value %d for parameter '%s' supplied: metric '%s' (value=%s). Timestamp must be a nonnegative long (64-bit integer) "
              .formatted(
                  metric.getTimestamp(),
                  field(path, "timestamp"),
                  metric.getKey(),
                  PythonText.number(metric.getValue())));
    }
  }

  static void param(String path, String key, String value) {
    MlflowNames.checkParamKey(field(path, "key"), key);
    TextLimits.check("Param value", value, PARAM);
  }

  static void tag(String path, String key, String value) {
    MlflowNames.checkTagKey(field(path, "key"), key);
    TextLimits.check(field(path, "value"), value, RUN_TAG);
  }

  private static String field(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  static void batch(List<Metric> metrics, List<Param> params, List<Tag> tags) {
    for (int i = 0; i < metrics.size(); i++) {
      metric("metrics[" + i + "]", metrics.get(i));
    }
    for (int i = 0; i < params.size(); i++) {
      param("params[" + i + "]", params.get(i).getKey(), params.get(i).getValue());
    }
    for (int i = 0; i < tags.size(); i++) {
      tag("tags[" + i + "]", tags.get(i).getKey(), tags.get(i).getValue());
    }
    limit("metrics", METRICS, metrics.size());
    limit("params", PARAMS_OR_TAGS, params.size());
    limit("tags", PARAMS_OR_TAGS, tags.size());
    limit("metrics, params, and tags", ENTRIES, metrics.size() + params.size() + tags.size());
    uniqueKeys(params);
  }

  private static void limit(String entries, int most, int count) {
    if (count > most) {
      throw MlflowFailure.invalid(
          "A batch logging request can contain at most %d %s. Got %d %s. Please split up %s across multiple requests and try again."
              .formatted(most, entries, count, entries, entries));
    }
  }

  private static void uniqueKeys(List<Param> params) {
    var seen = new HashSet<String>();
    var twice = new ArrayList<String>();
    for (var param : params) {
      if (!seen.add(param.getKey())) {
        twice.add(param.getKey());
      }
    }
    if (!twice.isEmpty()) {
      throw MlflowFailure.invalid(
          "Duplicate parameter keys have been submitted: %s. Please ensure the request contains only one param value per param key."
              .formatted(PythonText.list(twice)));
    }
  }
}
