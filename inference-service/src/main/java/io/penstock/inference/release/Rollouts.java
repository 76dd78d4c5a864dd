package io.penstock.inference.release;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.operation.Intervention;
import io.penstock.inference.operation.Interventions;
import io.penstock.inference.release.WantedRelease.WantedVersion;
import io.penstock.inference.routing.KillSwitches;
import io.penstock.inference.routing.Route;
import io.penstock.inference.routing.Routes;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ReadinessCheck;
import io.penstock.kit.service.ServiceName;
import io.penstock.kit.service.Ticker;
import io.penstock.kit.telemetry.LogContext;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Brings what is served to what is wanted, one release at a time on one thread, so that loading
/// disturbs the runners as little as it can. Only the newest wish counts; a release that cannot be
/// served whole is tried again, less and less often.
@Singleton
public final class Rollouts implements ReadinessCheck, AutoCloseable {

  private static final Backoff RETRY = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));
  private static final Backoff AFTER_BUG =
      new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
  private static final Duration REST = Duration.ofSeconds(1);

  // What all sources want together, and who has spoken.
  private record Wish(Map<String, WantedRelease> releases, Set<ReleaseSource> heard) {}

  private record Attempt(WantedRelease release, boolean whole, int failures, long nextTry) {}

  private final Rollout rollout;
  private final Routes routes;
  private final KillSwitches switches;
  private final ArtifactCache artifacts;
  private final VersionStates states;
  private final ReleaseSources sources;
  private final Interventions interventions;
  private final Ticker ticker;
  private final LogContext log;
  private final Map<String, Attempt> attempts = new HashMap<>();
  private final Reloads reloads = new Reloads();
  // Sessions are created in native code, which has no place on the virtual threads that answer
  // calls.
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("rollouts").factory());
  private final BackgroundLoop loop;
  private final Map<ReleaseSource, Map<String, WantedRelease>> wishes =
      new EnumMap<>(ReleaseSource.class);
  private volatile Wish wanted = new Wish(Map.of(), Set.of());
  private volatile Set<ReleaseSource> applied = Set.of();
  private boolean pruned;

  Rollouts(
      Rollout rollout,
      Routes routes,
      KillSwitches switches,
      ArtifactCache artifacts,
      VersionStates states,
      ReleaseSources sources,
      Interventions interventions,
      Ticker ticker,
      ServiceName service) {
    this.rollout = rollout;
    this.routes = routes;
    this.switches = switches;
    this.artifacts = artifacts;
    this.states = states;
    this.sources = sources;
    this.interventions = interventions;
    this.ticker = ticker;
    this.log = LogContext.ofService(service);
    this.loop = BackgroundLoop.start("rollouts", AFTER_BUG, this::round);
  }

  /// Replaces what a source wants, by model. Returns at once, with the stops among it in force.
  public void want(ReleaseSource source, Map<String, WantedRelease> releases) {
    synchronized (wishes) {
      wishes.put(source, Map.copyOf(releases));
      wanted = new Wish(merged(), Set.copyOf(wishes.keySet()));
      switches.follow(stopped(wanted.releases()));
    }
    loop.wake();
  }

  private Map<String, WantedRelease> merged() {
    var all = new HashMap<String, WantedRelease>();
    wishes.values().forEach(releases -> releases.forEach(all::putIfAbsent));
    return Map.copyOf(all);
  }

  private static Set<String> stopped(Map<String, WantedRelease> releases) {
    return releases.values().stream()
        .filter(WantedRelease::stopped)
        .map(WantedRelease::model)
        .collect(Collectors.toSet());
  }

  /// Whether a source wants the model, whatever came of it.
  public boolean wants(String model) {
    return wanted.releases().containsKey(model);
  }

  /// Loads all that is wanted of a model anew. Completes when it is in force, or with a
  /// [FailureException]; what serves now does so until then, and goes on where it fails.
  public CompletableFuture<Void> reload(String model) {
    var done = reloads.ask(model);
    loop.wake();
    return done;
  }

  /// Takes a model out of service that was just unloaded. No request reaches it once this returns.
  public void unload(Intervention unload) {
    rollout.withdraw(unload);
    loop.wake();
  }

  /// The newest revision in force.
  public long appliedRevision() {
    return routes.all().stream().mapToLong(Route::revision).max().orElse(0);
  }

  @Override
  public String name() {
    return "releases";
  }

  @Override
  public Optional<String> waitingFor() {
    return sources.all().stream()
        .filter(source -> !applied.contains(source))
        .map(source -> wanted.heard().contains(source) ? "their models to load" : source.waiting())
        .findFirst();
  }

  private Duration round() throws Exception {
    var wish = wanted;
    if (!wish.heard().isEmpty()) {
      thread.submit(() -> log.run(() -> apply(wish.releases()))).get();
      applied = wish.heard();
    }
    return REST;
  }

  private void apply(Map<String, WantedRelease> releases) {
    Set.copyOf(routes.all().stream().map(Route::model).toList()).stream()
        .filter(model -> !releases.containsKey(model))
        .forEach(this::remove);
    inOrder(releases).forEach(release -> applyIfDue(release.model(), release));
    reloads
        .notAmong(releases::containsKey)
        .forEach(model -> reloads.failed(model, routes.missing(model)));
    states.keepOnly(versions(releases, WantedVersion::name));
    prune(releases);
  }

  private static <T> Set<T> versions(
      Map<String, WantedRelease> releases, Function<WantedVersion, T> fact) {
    return releases.values().stream()
        .flatMap(release -> release.targets().stream())
        .map(target -> fact.apply(target.version()))
        .collect(Collectors.toSet());
  }

  private void remove(String model) {
    attempts.remove(model);
    rollout.remove(model);
  }

  // Graphs come last, because they are checked against the models that they ask.
  private static List<WantedRelease> inOrder(Map<String, WantedRelease> releases) {
    return releases.values().stream()
        .sorted(Comparator.comparing(WantedRelease::isGraph).thenComparing(WantedRelease::model))
        .toList();
  }

  private void applyIfDue(String model, WantedRelease release) {
    var unload = interventions.unload(model);
    var last = attempts.get(model);
    if (unload.isPresent()) {
      keepOut(release, unload.get());
    } else if (reloads.isAsked(model)) {
      loadAnew(release);
    } else if (last == null || !last.release().equals(release)) {
      attempts.put(model, attempt(release, 0));
    } else if (!last.whole() && isDue(release, last)) {
      attempts.put(model, attempt(release, last.failures()));
    }
  }

  // What a graph waits for may have come meanwhile, and to look costs nothing.
  private boolean isDue(WantedRelease release, Attempt last) {
    return release.isGraph() || last.nextTry() - ticker.nanos() <= 0;
  }

  private void keepOut(WantedRelease release, Intervention unload) {
    attempts.remove(release.model());
    rollout.withdraw(unload);
    reloads.failed(release.model(), routes.missing(release.model()));
    release.targets().forEach(target -> states.unloaded(target.version().name(), unload.reason()));
  }

  private void loadAnew(WantedRelease release) {
    var model = release.model();
    var attempt = attempt(release, 0, true);
    attempts.put(model, attempt);
    if (attempt.whole()) {
      reloads.done(model);
    } else {
      var reasons = String.join("; ", states.failures(model));
      reloads.failed(model, new InferenceFailure.LoadFailed(model, reasons));
    }
  }

  private Attempt attempt(WantedRelease release, int failuresBefore) {
    return attempt(release, failuresBefore, false);
  }

  private Attempt attempt(WantedRelease release, int failuresBefore, boolean afresh) {
    if (rollout.apply(release, afresh)) {
      return new Attempt(release, true, 0, 0);
    }
    int failures = failuresBefore + 1;
    long nextTry = ticker.nanos() + RETRY.delay(failures).toNanos();
    return new Attempt(release, false, failures, nextTry);
  }

  private void prune(Map<String, WantedRelease> releases) {
    if (!pruned && wanted.heard().containsAll(sources.all())) {
      artifacts.prune(versions(releases, version -> version.artifact().replace("artifacts/", "")));
      pruned = true;
    }
  }

  @Override
  @PreDestroy
  public void close() {
    loop.close();
    thread.shutdown();
  }
}
