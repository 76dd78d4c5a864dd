package io.penstock.inference.serving;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.inference.binding.BindingPlan;
import io.penstock.inference.lane.Lanes;
import io.penstock.inference.lane.RunListener;
import io.penstock.inference.runtime.RunnableModel;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/// Puts together what a loaded model needs to serve, and takes it apart again.
@Singleton
public final class ServedVersions {

  private final Lanes lanes;
  private final GuardConfig guards;
  private final MeterRegistry registry;
  private final Clock clock;

  public ServedVersions(Lanes lanes, GuardConfig guards, MeterRegistry registry, Clock clock) {
    this.lanes = lanes;
    this.guards = guards;
    this.registry = registry;
    this.clock = clock;
  }

  /// Opens a version for a warm model, which from then on belongs to it.
  public ServedVersion open(
      VersionName name,
      String artifact,
      VersionConfig config,
      RunnableModel model,
      @Nullable BindingPlan binding) {
    var statistics = new VersionStatistics();
    var meters = new VersionMeters(registry, name);
    RunListener listener =
        (_, rows, nanos, reason) -> {
          statistics.ran(rows, nanos);
          meters.ran(rows, reason);
        };
    var lane = lanes.open(name.toString(), model, listener);
    meters.queueDepth(lane::queuedRows);
    var guard = new Guard(name.toString(), guards);
    return new ServedVersion(
        name,
        artifact,
        model.shape(),
        binding,
        config,
        lane,
        guard,
        statistics,
        meters,
        clock.instant());
  }

  /// Closes a version whose last lease has ended. Blocks until its threads are gone.
  public void close(ServedVersion version) {
    version.engine().close();
    version.meters().close();
  }
}
