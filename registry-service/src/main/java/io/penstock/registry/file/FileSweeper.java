package io.penstock.registry.file;

import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.registry.artifact.ArtifactSweep;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends uploads whose time is over and drops bytes that nothing names any more, a batch a round.
/// Replicas may all do so.
@Singleton
final class FileSweeper {

  private static final Logger log = LoggerFactory.getLogger(FileSweeper.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));
  private static final int UPLOADS_A_ROUND = 100;

  private final MultipartUploads uploads;
  private final ArtifactSweep artifacts;
  private final FileConfig config;
  private final Clock clock;
  private @Nullable BackgroundLoop loop;
  private int rounds;

  FileSweeper(MultipartUploads uploads, ArtifactSweep artifacts, FileConfig config, Clock clock) {
    this.uploads = uploads;
    this.artifacts = artifacts;
    this.config = config;
    this.clock = clock;
  }

  @EventListener
  void start(ServiceStarted started) {
    loop = BackgroundLoop.start("file-sweeper", BACKOFF, this::round);
  }

  @EventListener
  void stop(ServiceStopping stopping) {
    if (loop != null) {
      loop.close();
    }
  }

  private Duration round() {
    return sweep() ? Duration.ofSeconds(1) : config.sweepInterval();
  }

  /// True where there is more to do.
  boolean sweep() {
    var now = clock.instant();
    var before = now.minus(config.sweepGrace());
    int expired = uploads.expire(now, UPLOADS_A_ROUND);
    var loose = artifacts.loose(before);
    var unknown = artifacts.unknown(rounds++, before);
    if (expired + loose.dropped() + unknown.dropped() > 0) {
      log.info(
          "Swept: {} uploads expired, {} artifacts without a name and {} without a row dropped",
          expired,
          loose.dropped(),
          unknown.dropped());
    }
    return expired == UPLOADS_A_ROUND || loose.hasMore();
  }
}
