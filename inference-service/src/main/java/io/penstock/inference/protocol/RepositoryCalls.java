package io.penstock.inference.protocol;

import io.grpc.Context;
import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.LoadFailed;
import io.penstock.inference.InferenceFailure.ModelNotFound;
import io.penstock.inference.operation.AuditTrail;
import io.penstock.inference.operation.ConfigJsonProtos;
import io.penstock.inference.operation.Intervention;
import io.penstock.inference.operation.Interventions;
import io.penstock.inference.release.Rollouts;
import io.penstock.inference.repository.DirectoryRepository;
import io.penstock.inference.routing.Routes;
import io.penstock.inference.serving.VersionConfig.Step;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import io.penstock.kit.identity.Caller;
import io.penstock.proto.oip.RepositoryModelLoadRequest;
import io.penstock.proto.oip.RepositoryModelLoadResponse;
import io.penstock.proto.oip.RepositoryModelUnloadRequest;
import io.penstock.proto.oip.RepositoryModelUnloadResponse;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loading and unloading by hand. An unload holds whatever the model's release says, over restarts,
/// until somebody loads it again; a load brings the model into force as its release, or the model
/// directory, wants it. Which versions those are stays the release's say: files sent along would be
/// a model that nobody approved.
@Singleton
public final class RepositoryCalls {

  private static final Logger log = LoggerFactory.getLogger(RepositoryCalls.class);
  private static final Duration LONGEST_LOAD = Duration.ofMinutes(10);

  private final Rollouts rollouts;
  private final DirectoryRepository directory;
  private final Routes routes;
  private final Interventions interventions;
  private final AuditTrail audit;
  private final Clock clock;

  RepositoryCalls(
      Rollouts rollouts,
      DirectoryRepository directory,
      Routes routes,
      Interventions interventions,
      AuditTrail audit,
      Clock clock) {
    this.rollouts = rollouts;
    this.directory = directory;
    this.routes = routes;
    this.interventions = interventions;
    this.audit = audit;
    this.clock = clock;
  }

  /// Returns once the model serves. The versions that served it before do so until then.
  public RepositoryModelLoadResponse load(RepositoryModelLoadRequest request) {
    var model = RepositoryProtos.model(request.getModelName(), request.getRepositoryName());
    var config = RepositoryProtos.config(request);
    readDirectory(model);
    requireWanted(model);
    config.ifPresent(json -> ConfigJsonProtos.check(model, json));
    audit.record("models/" + model, RepositoryProtos.facts(config));
    load(model, config);
    log.info("{} loaded {}", principal(), model);
    return RepositoryModelLoadResponse.newBuilder().setModelName(model).setIsLoaded(true).build();
  }

  // What was put there a moment ago is meant, too.
  private void readDirectory(String model) {
    try {
      directory.refresh();
    } catch (IOException e) {
      throw failure(new LoadFailed(model, "the model directory cannot be read: " + e.getMessage()));
    }
  }

  private void requireWanted(String model) {
    if (rollouts.wants(model)) {
      return;
    }
    rollouts
        .waitingFor()
        .ifPresent(
            what -> {
              throw failure(new DependencyUnavailable("releases", "still waiting for " + what));
            });
    throw failure(new ModelNotFound(model));
  }

  // A configuration that the model cannot be loaded with does not stay: it would fail the next
  // release, too.
  private void load(String model, Optional<String> config) {
    var before = interventions.find(model);
    config.ifPresentOrElse(
        json ->
            interventions.put(Intervention.configure(model, principal(), clock.instant(), json)),
        () -> interventions.remove(model));
    try {
      await(model, rollouts.reload(model));
    } catch (FailureException e) {
      if (config.isPresent() && interventions.unload(model).isEmpty()) {
        before.ifPresentOrElse(interventions::put, () -> interventions.remove(model));
      }
      throw e;
    }
  }

  private static void await(String model, CompletableFuture<Void> loading) {
    try {
      loading.get(time().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw failure(new LoadFailed(model, "it takes longer than this call, and goes on"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(new LoadFailed(model, "this server stops"));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
    }
  }

  private static Duration time() {
    return Optional.ofNullable(Context.current().getDeadline())
        .map(deadline -> Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)))
        .filter(left -> left.compareTo(LONGEST_LOAD) < 0)
        .orElse(LONGEST_LOAD);
  }

  /// Returns once no request reaches the model any more; those under way are answered.
  public RepositoryModelUnloadResponse unload(RepositoryModelUnloadRequest request) {
    var model = RepositoryProtos.model(request.getModelName(), request.getRepositoryName());
    boolean dependents = RepositoryProtos.withDependents(request);
    requireKnown(model);
    var models = new LinkedHashSet<>(List.of(model));
    if (dependents) {
      addSteps(model, models);
    }
    audit.record("models/" + model, Map.of("operation", "unload", "models", models.toString()));
    models.forEach(this::unload);
    return RepositoryModelUnloadResponse.newBuilder()
        .setModelName(model)
        .setIsUnloaded(true)
        .build();
  }

  private void requireKnown(String model) {
    if (!rollouts.wants(model)
        && routes.find(model).isEmpty()
        && interventions.unload(model).isEmpty()) {
      throw failure(new ModelNotFound(model));
    }
  }

  private void addSteps(String model, Set<String> models) {
    routes.find(model).stream()
        .flatMap(route -> route.targets().stream())
        .flatMap(target -> target.version().config().steps().stream())
        .map(Step::model)
        .filter(models::add)
        .toList()
        .forEach(step -> addSteps(step, models));
  }

  private void unload(String model) {
    var unload = Intervention.unload(model, principal(), clock.instant());
    interventions.put(unload);
    rollouts.unload(unload);
  }

  private static String principal() {
    return Caller.find().map(caller -> caller.principal().name()).orElse("somebody");
  }

  private static FailureException failure(InferenceFailure failure) {
    return new FailureException(failure);
  }

  private static FailureException failure(DependencyUnavailable failure) {
    return new FailureException(failure);
  }
}
