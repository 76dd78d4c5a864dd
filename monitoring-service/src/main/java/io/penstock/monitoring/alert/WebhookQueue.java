package io.penstock.monitoring.alert;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/// The notifications that wait for the webhook. They wait in the database, so a restart forgets
/// none.
@Singleton
final class WebhookQueue {

  /// A notification on its way, with what the webhook is told.
  record Delivery(
      long sequence,
      int attempts,
      String kind,
      String model,
      String version,
      String severity,
      String column,
      boolean firing,
      String summary,
      Map<String, String> details,
      Instant time,
      Instant since) {}

  private final Jdbi jdbi;

  WebhookQueue(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// Takes the next deliveries that are due. Whoever takes one holds it for the lease; after that
  /// another may.
  List<Delivery> take(Instant now, Duration lease, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    update alert_notification set attempts = attempts + 1, next_attempt_at = :until
                    where sequence in (
                      select sequence from alert_notification where delivery = 'pending' and next_attempt_at <= :now
                      order by sequence limit :limit for update skip locked)
                    returning sequence, attempts, event""")
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .bind("until", now.plus(lease).atOffset(ZoneOffset.UTC))
                .bind("limit", limit)
                .map(
                    (row, _) ->
                        DeliveryProtos.fromBytes(
                            row.getLong("sequence"), row.getInt("attempts"), row.getBytes("event")))
                .list());
  }

  void delivered(long sequence) {
    finish(sequence, "delivered");
  }

  void abandon(long sequence) {
    finish(sequence, "abandoned");
  }

  void retry(long sequence, Instant at) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    "update alert_notification set next_attempt_at = :at where sequence = :sequence")
                .bind("at", at.atOffset(ZoneOffset.UTC))
                .bind("sequence", sequence)
                .execute());
  }

  /// Gives up the oldest where more wait than may; returns how many.
  int trim(int backlog) {
    return jdbi.withHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    update alert_notification set delivery = 'abandoned'
                    where delivery = 'pending' and sequence <= (
                      select sequence from alert_notification where delivery = 'pending'
                      order by sequence desc offset :backlog limit 1)""")
                .bind("backlog", backlog)
                .execute());
  }

  private void finish(long sequence, String delivery) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    "update alert_notification set delivery = :delivery where sequence = :sequence")
                .bind("delivery", delivery)
                .bind("sequence", sequence)
                .execute());
  }
}
