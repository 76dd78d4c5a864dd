package io.penstock.inference.serving;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.ModelConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The `parameters` of a model configuration: what Penstock knows beyond Triton, and what Triton's
/// form has no room for beside `sequence_batching` or `ensemble_scheduling`.
final class ParameterProtos {

  static final String WEIGHT = "weight";
  static final String ISOLATED = "isolated";
  static final String LENGTH_BUCKETS = "length_buckets";
  static final String TIMEOUT = "default_timeout_microseconds";
  static final String QUEUE = "max_queue_size";
  static final String PRIORITY_LEVELS = "priority_levels";
  static final String PRIORITY_DEFAULT = "default_priority_level";
  static final String SEQUENCES = "max_sequences";

  /// Before the name of an output: its labels, one a line.
  static final String LABELS = "labels.";

  private static final Set<String> KNOWN =
      Set.of(
          WEIGHT,
          ISOLATED,
          LENGTH_BUCKETS,
          TIMEOUT,
          QUEUE,
          PRIORITY_LEVELS,
          PRIORITY_DEFAULT,
          SEQUENCES);

  private final ModelConfig config;
  private final InvalidArguments problems;

  ParameterProtos(ModelConfig config, InvalidArguments problems) {
    this.config = config;
    this.problems = problems;
  }

  private static boolean isKnown(String name) {
    return KNOWN.contains(name) || name.startsWith(LABELS);
  }

  private Optional<String> text(String name) {
    return Optional.ofNullable(config.getParametersMap().get(name))
        .map(parameter -> parameter.getStringValue().strip())
        .filter(value -> !value.isEmpty());
  }

  private void wrong(String name, String given, String expected) {
    problems.add("config.parameters." + name, "was '%s', expected %s".formatted(given, expected));
  }

  /// A whole number that a parameter holds, or else what another field says.
  long whole(String name, long otherwise) {
    var text = text(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      return Long.parseUnsignedLong(text.get());
    } catch (NumberFormatException e) {
      wrong(name, text.get(), "a whole number, 0 or more");
      return otherwise;
    }
  }

  double weight() {
    var text = text(WEIGHT).orElse("1");
    try {
      double weight = Double.parseDouble(text);
      if (weight > 0 && weight <= 1_000_000) {
        return weight;
      }
    } catch (NumberFormatException e) {
      // Told below, with the numbers out of range.
    }
    wrong(WEIGHT, text, "a number above 0, at most 1000000");
    return 1;
  }

  boolean isolated() {
    var text = text(ISOLATED).orElse("false");
    if (!text.equals("true") && !text.equals("false")) {
      wrong(ISOLATED, text, "true or false");
    }
    return text.equals("true");
  }

  List<Integer> lengthBuckets() {
    var text = text(LENGTH_BUCKETS);
    if (text.isEmpty()) {
      return List.of();
    }
    try {
      var sizes =
          Arrays.stream(text.get().split(",")).map(String::strip).map(Integer::valueOf).toList();
      if (ascending(sizes)) {
        return sizes;
      }
    } catch (NumberFormatException e) {
      // Told below, with the sizes out of order.
    }
    wrong(LENGTH_BUCKETS, text.get(), "ascending sizes above 0: 16,32,64");
    return List.of();
  }

  private static boolean ascending(List<Integer> sizes) {
    int last = 0;
    for (int size : sizes) {
      if (size <= last) {
        return false;
      }
      last = size;
    }
    return true;
  }

  /// What is for whoever knows it: a tokenizer's `max_length`, for one.
  Map<String, String> others() {
    var others = new TreeMap<String, String>();
    config
        .getParametersMap()
        .forEach(
            (name, value) -> {
              if (!isKnown(name)) {
                others.put(name, value.getStringValue());
              }
            });
    return others;
  }

  Map<String, List<String>> labels() {
    var labels = new TreeMap<String, List<String>>();
    config
        .getParametersMap()
        .forEach(
            (name, value) -> {
              if (name.startsWith(LABELS)) {
                labels.put(
                    name.substring(LABELS.length()), value.getStringValue().lines().toList());
              }
            });
    return labels;
  }
}
