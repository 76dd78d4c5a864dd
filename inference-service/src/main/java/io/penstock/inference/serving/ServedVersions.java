package io.penstock.inference.serving;

import io.micrometer.core.instrument.MeterRegistry;
import io.penstock.inference.binding.BindingPlan;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.lane.Lanes;
import io.penstock.inference.lane.RunListener;
import io.penstock.inference.lane.schedule.LaneSettings;
import io.penstock.inference.memory.ModelMemory;
import io.penstock.inference.runtime.LoadedModel;
import io.penstock.inference.runtime.RunnableModel;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Puts together what a loaded model needs to serve, and takes it apart again.
@Singleton
public final class ServedVersions {

  private final Lanes lanes;
  private final ModelMemory memory;
  private final GuardConfig guards;
  private final OpenMeters openMeters;
  private final Clock clock;

  public ServedVersions(
      Lanes lanes, ModelMemory memory, GuardConfig guards, MeterRegistry registry, Clock clock) {
    this.lanes = lanes;
    this.memory = memory;
    this.guards = guards;
    this.openMeters = new OpenMeters(registry);
    this.clock = clock;
  }

  /// Opens a version for a warm model, which from then on belongs to it.
  public ServedVersion open(
      VersionName name,
      String artifact,
      VersionConfig config,
      RunnableModel model,
      @Nullable BindingPlan binding,
      Layers layers) {
    return assemble(
        name,
        artifact,
        config,
        model,
        binding,
        layers,
        listener ->
            memory.around(
                name.toString(),
                lanes.open(name.toString(), model, settings(config), listener),
                model));
  }

  private LaneSettings settings(VersionConfig config) {
    var priorities = config.priorities();
    return lanes
        .settings()
        .withLimits(config.maxBatchRows(), config.runners(), config.queueRequests())
        .withUrgency(priorities.levels(), priorities.standard(), config.weight());
  }

  /// Opens a version that is no model itself and answers by an engine of its own.
  public ServedVersion open(
      VersionName name,
      String artifact,
      VersionConfig config,
      LoadedModel graph,
      Layers layers,
      Function<RunListener, Engine> engine) {
    return assemble(name, artifact, config, graph, null, layers, engine);
  }

  private ServedVersion assemble(
      VersionName name,
      String artifact,
      VersionConfig config,
      LoadedModel model,
      @Nullable BindingPlan binding,
      Layers layers,
      Function<RunListener, Engine> opening) {
    var statistics = new VersionStatistics();
    var meters = openMeters.open(name);
    var engine = layers.before(opening.apply(new VersionRuns(statistics, meters)), statistics);
    meters.queueDepth(engine::queuedRows);
    meters.memory(model::bytes);
    var guard = new Guard(name.toString(), guards);
    var version =
        new ServedVersion(
            name,
            artifact,
            new Faced(model, layers.shape(model.shape())),
            binding,
            config,
            engine,
            guard,
            statistics,
            meters,
            clock.instant());
    layers.made(version);
    return version;
  }

  /// Closes a version whose last lease has ended. Blocks until its threads are gone.
  public void close(ServedVersion version) {
    version.engine().close();
    openMeters.close(version.name());
  }
}
