package io.penstock.monitoring.judge;

import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.monitoring.MonitoringConfig;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forgets predictions and labels that no longer wait for each other, and history that nobody asks
/// for any more. Deletes in portions, so that no transaction is long.
@Singleton
final class Retention {

  private static final Logger log = LoggerFactory.getLogger(Retention.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(10));
  private static final Duration REST = Duration.ofHours(1);
  private static final int PORTION = 10_000;

  // Windows go when nothing was served in them for the time of retention, whatever event time they
  // speak of.
  private static final List<String> WINDOW_TABLES =
      List.of("column_window", "quality_window", "column_drift", "drift_window");

  private final Jdbi jdbi;
  private final MonitoringConfig config;
  private final Clock clock;
  private @Nullable BackgroundLoop loop;

  Retention(Jdbi jdbi, MonitoringConfig config, Clock clock) {
    this.jdbi = jdbi;
    this.config = config;
    this.clock = clock;
  }

  @EventListener
  void started(ServiceStarted event) {
    loop = BackgroundLoop.start("monitoring retention", BACKOFF, this::round);
  }

  @EventListener
  void stopping(ServiceStopping event) {
    if (loop != null) {
      loop.close();
    }
  }

  Duration round() {
    Instant now = clock.instant();
    Instant predictions = now.minus(config.predictionRetention());
    Instant history = now.minus(config.historyRetention());
    int deleted =
        delete("prediction", "received_at", predictions)
            + delete("label", "received_at", predictions)
            + delete("alert_notification", "created_at", history)
            + delete("canary_verdict", "created_at", history)
            + delete("traffic_window", "last_served", history)
            + WINDOW_TABLES.stream().mapToInt(this::deleteOrphans).sum();
    if (deleted > 0) {
      log.info("forgot {} rows past their retention", deleted);
    }
    return REST;
  }

  private int delete(String table, String column, Instant before) {
    int deleted = 0;
    int portion;
    do {
      portion =
          jdbi.withHandle(
              handle ->
                  handle
                      .createUpdate(
                          """
                          delete from %1$s where ctid = any(array(
                            select ctid from %1$s where %2$s < :before limit :portion))"""
                              .formatted(table, column))
                      .bind("before", before.atOffset(ZoneOffset.UTC))
                      .bind("portion", PORTION)
                      .execute());
      deleted += portion;
    } while (portion == PORTION);
    return deleted;
  }

  private int deleteOrphans(String table) {
    return jdbi.withHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    delete from %1$s where not exists (
                      select 1 from traffic_window known where known.version_id = %1$s.version_id
                      and known.window_start = %1$s.window_start and known.window_end = %1$s.window_end)"""
                        .formatted(table))
                .execute());
  }
}
