package io.penstock.inference.repository;

import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.inference.release.LocalArtifacts;
import io.penstock.inference.release.ReleaseSource;
import io.penstock.inference.release.RepositoryConfig;
import io.penstock.inference.release.Rollouts;
import io.penstock.inference.release.VersionStates;
import io.penstock.inference.release.WantedRelease;
import io.penstock.inference.serving.VersionName;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves what lies in the configured directory, for as long as the service runs. A directory that
/// cannot be read changes nothing of what is served.
@Singleton
public final class DirectoryRepository implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DirectoryRepository.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
  private static final Duration FOR_EVER = Duration.ofDays(10_000);

  private final RepositoryConfig config;
  private final Rollouts rollouts;
  private final LocalArtifacts artifacts;
  private final VersionStates states;
  private @Nullable DirectoryScan scan;
  private Map<String, FolderReading> last = Map.of();
  private boolean told;
  private @Nullable BackgroundLoop loop;

  DirectoryRepository(
      RepositoryConfig config, Rollouts rollouts, LocalArtifacts artifacts, VersionStates states) {
    this.config = config;
    this.rollouts = rollouts;
    this.artifacts = artifacts;
    this.states = states;
  }

  @EventListener
  void on(ServiceStarted started) {
    var directory = config.directory();
    if (directory != null) {
      scan = new DirectoryScan(directory);
      loop = BackgroundLoop.start("model directory", BACKOFF, this::look);
      log.info("Serving the models in {}", directory.toAbsolutePath());
    }
  }

  @EventListener
  void on(ServiceStopping stopping) {
    close();
  }

  private Duration look() throws IOException {
    look(false);
    return config.poll().isZero() ? FOR_EVER : config.poll();
  }

  /// Looks now and takes what is there as finished: an operator says so.
  public void refresh() throws IOException {
    look(true);
  }

  private synchronized void look(boolean settled) throws IOException {
    if (scan == null) {
      return;
    }
    var readings = scan.look(settled);
    if (!told || !readings.equals(last)) {
      tell(readings);
      last = readings;
      told = true;
    }
  }

  // The files first: a release may be loaded as soon as it is wanted.
  private void tell(Map<String, FolderReading> readings) {
    var files = new HashMap<String, Path>();
    var releases = new HashMap<String, WantedRelease>();
    var problems = new HashMap<VersionName, String>();
    readings.forEach(
        (model, reading) -> {
          files.putAll(reading.files());
          reading.release().ifPresent(release -> releases.put(model, release));
          problems.putAll(reading.problems());
        });
    report(problems);
    artifacts.replace(files);
    states.unreadable(problems);
    rollouts.want(ReleaseSource.DIRECTORY, releases);
  }

  private void report(Map<VersionName, String> problems) {
    var known = new HashSet<String>();
    last.values().forEach(reading -> known.addAll(reading.problems().values()));
    problems.forEach(
        (version, reason) -> {
          if (!known.contains(reason)) {
            log.warn("{} cannot be served: {}", version.model(), reason);
          }
        });
  }

  @Override
  @PreDestroy
  public void close() {
    if (loop != null) {
      loop.close();
    }
  }
}
