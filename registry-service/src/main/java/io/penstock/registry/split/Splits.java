package io.penstock.registry.split;

import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.AlreadyExists;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.dataset.DatasetName;
import io.penstock.registry.dataset.Datasets;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The splits of experiments.
@Singleton
public final class Splits {

  private final Jdbi jdbi;
  private final Changes changes;

  Splits(Jdbi jdbi, Changes changes) {
    this.jdbi = jdbi;
    this.changes = changes;
  }

  public Split create(Split split) {
    return changes.commit(
        change -> {
          requireWhatItNames(change.handle(), split);
          if (!SplitRepository.insert(change.handle(), split)) {
            throw new AlreadyExists(Kind.SPLIT, split.name().toString()).exception();
          }
          change.audit(split.name().toString(), Map.of("sha256", split.rule().sha256()));
          return split;
        });
  }

  private static void requireWhatItNames(Handle handle, Split split) {
    if (!SplitRepository.hasExperiment(handle, split.name().experiment())) {
      throw new NotFound(Kind.EXPERIMENT, "experiments/" + split.name().experiment()).exception();
    }
    if (!split.rule().dataset().isEmpty()) {
      var _ = Datasets.require(handle, DatasetName.parse("split.dataset", split.rule().dataset()));
    }
  }

  /// In the order of their ids.
  public Page<Split> list(String experiment, PageRequest page) {
    return jdbi.withHandle(handle -> SplitRepository.page(handle, experiment, page));
  }

  public Split get(SplitName name) {
    return jdbi.withHandle(
        handle ->
            SplitRepository.find(handle, name)
                .orElseThrow(() -> new NotFound(Kind.SPLIT, name.toString()).exception()));
  }
}
