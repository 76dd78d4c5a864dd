package io.penstock.inference.serving;

import io.penstock.inference.binding.BindingPlan;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.runtime.LoadedModel;
import io.penstock.inference.tensor.ModelInterface;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A loaded and warm version, open as long as somebody holds a lease on it.
public final class ServedVersion {

  private final VersionName name;
  private final String artifact;
  private final LoadedModel model;
  private final @Nullable BindingPlan binding;
  private final VersionConfig config;
  private final Engine engine;
  private final Guard guard;
  private final VersionStatistics statistics;
  private final VersionMeters meters;
  private final Instant loadTime;
  private final Leases leases = new Leases();

  ServedVersion(
      VersionName name,
      String artifact,
      LoadedModel model,
      @Nullable BindingPlan binding,
      VersionConfig config,
      Engine engine,
      Guard guard,
      VersionStatistics statistics,
      VersionMeters meters,
      Instant loadTime) {
    this.name = name;
    this.artifact = artifact;
    this.model = model;
    this.binding = binding;
    this.config = config;
    this.engine = engine;
    this.guard = guard;
    this.statistics = statistics;
    this.meters = meters;
    this.loadTime = loadTime;
  }

  public VersionName name() {
    return name;
  }

  /// The artifact that it was loaded from: the same version name means another model after a
  /// registry was set up anew.
  public String artifact() {
    return artifact;
  }

  public ModelInterface model() {
    return model.shape();
  }

  /// Bytes outside the Java heap that the model holds now, as measured; 0 while it is not in
  /// memory.
  public long memoryBytes() {
    return model.bytes();
  }

  /// Whether the model is in memory; otherwise the next request brings it back.
  public boolean isInMemory() {
    return model.isInMemory();
  }

  public Optional<BindingPlan> binding() {
    return Optional.ofNullable(binding);
  }

  public VersionConfig config() {
    return config;
  }

  public Engine engine() {
    return engine;
  }

  public Guard guard() {
    return guard;
  }

  public VersionStatistics statistics() {
    return statistics;
  }

  public VersionMeters meters() {
    return meters;
  }

  public Instant loadTime() {
    return loadTime;
  }

  /// Takes a lease; false where the version is on its way out, and a fresh routing table names
  /// another.
  public boolean acquire() {
    return leases.acquire();
  }

  /// Takes a lease for one who belongs to the holder of another: also while the version is on its
  /// way out, as long as that is held.
  public boolean acquireBeside() {
    return leases.acquireBeside();
  }

  public void release() {
    leases.release();
  }

  /// Gives no more leases; completes when the last one ended.
  public CompletableFuture<Void> retire() {
    return leases.retire();
  }
}
