package io.penstock.registry.search.filter;

import io.penstock.registry.MlflowFailure;
import java.util.Map;
import java.util.Set;

/// What searches of runs speak of.
public final class RunVocabulary extends Vocabulary {

  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          Map.entry("metric", Kind.METRIC),
          Map.entry("metrics", Kind.METRIC),
          Map.entry("parameter", Kind.PARAMETER),
          Map.entry("parameters", Kind.PARAMETER),
          Map.entry("param", Kind.PARAMETER),
          Map.entry("params", Kind.PARAMETER),
          Map.entry("tag", Kind.TAG),
          Map.entry("tags", Kind.TAG),
          Map.entry("attribute", Kind.ATTRIBUTE),
          Map.entry("attributes", Kind.ATTRIBUTE),
          Map.entry("attr", Kind.ATTRIBUTE),
          Map.entry("run", Kind.ATTRIBUTE),
          Map.entry("dataset", Kind.DATASET),
          Map.entry("datasets", Kind.DATASET));

  private static final Attribute NAME = Attribute.text("run_name");
  private static final Attribute START = Attribute.number("start_time");

  private static final Map<String, Attribute> ATTRIBUTES =
      Map.ofEntries(
          Map.entry("run_id", Attribute.text("run_id").withLists()),
          Map.entry("run_name", NAME),
          Map.entry("run name", NAME),
          Map.entry("Run name", NAME),
          Map.entry("Run Name", NAME),
          Map.entry("status", Attribute.text("status")),
          Map.entry("artifact_uri", Attribute.text("artifact_uri")),
          Map.entry("user_id", Attribute.text("user_id")),
          Map.entry("start_time", START),
          Map.entry("created", START),
          Map.entry("Created", START),
          Map.entry("end_time", Attribute.number("end_time")));

  public static final RunVocabulary INSTANCE = new RunVocabulary();

  private RunVocabulary() {
    super(KINDS, ATTRIBUTES, ATTRIBUTES.keySet());
  }

  @Override
  RuntimeException unknownKind(String name) {
    return MlflowFailure.invalid(
        "Invalid entity type '%s'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']"
            .formatted(name));
  }

  @Override
  RuntimeException invalidOperator(Field field, String symbol, Set<Operator> allowed) {
    return MlflowFailure.invalid(
        "Invalid comparator '%s' not one of '%s'".formatted(symbol, symbols(allowed)));
  }

  @Override
  RuntimeException alwaysThere(Field field) {
    return MlflowFailure.invalid(
        "IS NULL / IS NOT NULL is only supported for tags and params, not for '%s' '%s'"
            .formatted(field.kind(), field.key()));
  }
}
