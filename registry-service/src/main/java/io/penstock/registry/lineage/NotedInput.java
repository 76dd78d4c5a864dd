package io.penstock.registry.lineage;

import java.util.Map;
import java.util.Optional;

/// Data that a run read, with what the client says about the reading.
public record NotedInput(NotedDataset dataset, Map<String, String> tags) {

  private static final String CONTEXT = "mlflow.data.context";

  public NotedInput {
    tags = Map.copyOf(tags);
  }

  /// What the data was for: `training`.
  public Optional<String> context() {
    return Optional.ofNullable(tags.get(CONTEXT));
  }

  /// What a run reads once, however often it says so.
  record Key(String name, String digest) {}

  Key key() {
    return new Key(dataset.name(), dataset.digest());
  }
}
