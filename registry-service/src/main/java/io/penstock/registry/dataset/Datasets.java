package io.penstock.registry.dataset;

import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.profile.ProfileProtos;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The data snapshots that the registry knows.
@Singleton
public final class Datasets {

  private final Jdbi jdbi;
  private final Changes changes;

  Datasets(Jdbi jdbi, Changes changes) {
    this.jdbi = jdbi;
    this.changes = changes;
  }

  /// Registers a snapshot, or finds the one that was registered under this name and hash before.
  Dataset register(Dataset dataset) {
    return changes.commit(
        change -> {
          DatasetRepository.insert(change.handle(), dataset);
          change.audit(
              dataset.name().toString(),
              Map.of("source", dataset.source(), "rows", String.valueOf(dataset.rows())));
          return require(change.handle(), dataset.name());
        });
  }

  Dataset get(DatasetName name) {
    return jdbi.withHandle(handle -> require(handle, name));
  }

  Page<Dataset> list(PageRequest page) {
    return jdbi.withHandle(handle -> DatasetRepository.page(handle, page));
  }

  DatasetComparison compare(DatasetName base, DatasetName other) {
    var was = get(base);
    var is = get(other);
    return DatasetComparison.between(
        was, ProfileProtos.columns(was.profile()), is, ProfileProtos.columns(is.profile()));
  }

  /// Runs before versions.
  Page<DatasetUse> uses(DatasetName name, PageRequest page) {
    return jdbi.withHandle(
        handle -> {
          require(handle, name);
          return DatasetUseRepository.page(handle, name, page);
        });
  }

  /// The snapshot, which has to exist, as the given transaction sees it.
  public static Dataset require(Handle handle, DatasetName name) {
    return DatasetRepository.find(handle, name)
        .orElseThrow(() -> new NotFound(Kind.DATASET, name.toString()).exception());
  }

  /// Those of the snapshots that exist.
  public static Set<DatasetName> existing(Handle handle, Set<DatasetName> names) {
    return DatasetRepository.existing(handle, names);
  }
}
