package io.penstock.feature.view;

import io.penstock.feature.FeatureFailure.EntityChanged;
import io.penstock.feature.FeatureFailure.FeatureViewNotFound;
import io.penstock.feature.entity.Entities;
import io.penstock.feature.entity.Entity;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import jakarta.inject.Singleton;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The feature views that exist.
@Singleton
public final class FeatureViews {

  private final FeatureViewRepository repository;
  private final Entities entities;
  private final Changes changes;

  // Versions are immutable and never deleted, so what is here is right on every replica for ever.
  // What is newest is always asked of the database.
  private final Map<Integer, FeatureView> byVersionId = new ConcurrentHashMap<>();

  FeatureViews(FeatureViewRepository repository, Entities entities, Changes changes) {
    this.repository = repository;
    this.entities = entities;
    this.changes = changes;
  }

  /// Creates the next version, or gives the one that already is what is wished for.
  public FeatureView create(NewFeatureView wish) {
    return changes.commit(change -> create(change, wish));
  }

  private FeatureView create(Change change, NewFeatureView wish) {
    entities.requireExists(change.handle(), "entity", wish.entityId());
    lock(change, wish);
    List<FeatureView> versions = repository.versions(change.handle(), wish.viewId());
    Optional<FeatureView> same = versions.stream().filter(wish::isMetBy).findFirst();
    FeatureView view = same.orElseGet(() -> insert(change, wish, versions.size() + 1));
    change.audit(
        view.name(),
        Map.of(
            "entity", wish.entityId(),
            "owner", view.owner(),
            "features", Integer.toString(view.schema().size()),
            "created", Boolean.toString(same.isEmpty())));
    return view;
  }

  private void lock(Change change, NewFeatureView wish) {
    String entityId = repository.lock(change.handle(), wish.viewId(), wish.entityId());
    if (!entityId.equals(wish.entityId())) {
      throw new FailureException(
          new EntityChanged(
              new ViewRef(wish.viewId(), ViewRef.NEWEST).name(),
              Entity.nameOf(entityId),
              Entity.nameOf(wish.entityId())));
    }
  }

  private FeatureView insert(Change change, NewFeatureView wish, int version) {
    String caller = Caller.current().principal().name();
    return repository.insert(
        change.handle(),
        new FeatureView(
            FeatureView.UNSAVED,
            wish.viewId(),
            version,
            wish.entityId(),
            wish.schema(),
            wish.owner().isEmpty() ? caller : wish.owner(),
            wish.description(),
            wish.ttl(),
            change.time().truncatedTo(ChronoUnit.MICROS),
            caller));
  }

  /// The version that is meant; a failure names the field that named it.
  public FeatureView resolve(ViewRef ref, String field) {
    return repository.versionId(ref).map(this::get).orElseThrow(() -> missing(ref, field));
  }

  /// The version of a surrogate that the database gave.
  public FeatureView get(int versionId) {
    FeatureView known = byVersionId.get(versionId);
    return known == null ? load(versionId) : known;
  }

  private FeatureView load(int versionId) {
    FeatureView view = repository.get(versionId);
    byVersionId.put(versionId, view);
    return view;
  }

  public static FailureException missing(ViewRef ref, String field) {
    return new FailureException(new FeatureViewNotFound(ref.name(), field));
  }

  /// The newest version of each view.
  public Page<FeatureView> list(PageRequest request) {
    var fetched = repository.newest(request.after("", PageKey::text), request.fetchSize());
    return request.page(fetched, view -> List.of(view.viewId()));
  }
}
