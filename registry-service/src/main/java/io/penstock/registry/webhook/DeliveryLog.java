package io.penstock.registry.webhook;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// What was sent, what waits and what is dead, to be looked at, replayed and, in the end,
/// forgotten.
final class DeliveryLog {

  private static final int SWEPT_AT_ONCE = 10_000;

  /// How much waits, since when the first of it does, and how much is dead.
  record Backlog(long pending, double oldestSeconds, long dead) {}

  private record Row(long number, DeliveryRecord delivery) {}

  private DeliveryLog() {}

  /// The newest first.
  ///
  /// @param state empty for all
  static Page<DeliveryRecord> page(Handle handle, UUID webhook, String state, PageRequest page) {
    var rows =
        handle
            .createQuery(
                """
                select delivery.*, event.type, queue.due
                from webhook_delivery delivery join webhook_event event on event.id = delivery.event
                  left join webhook_queue queue on delivery.state = 'PENDING'
                    and queue.webhook = delivery.webhook and queue.entity = delivery.entity
                where delivery.webhook = :webhook and (:state = '' or delivery.state = :state)
                  and delivery.number < :after
                order by delivery.number desc limit :limit""")
            .bind("webhook", webhook)
            .bind("state", state)
            .bind("after", page.after(Long.MAX_VALUE, PageKey::number))
            .bind("limit", page.fetchSize())
            .map((row, _) -> new Row(row.getLong("number"), read(row)))
            .list();
    return page.page(rows, row -> List.of(row.number())).map(Row::delivery);
  }

  private static DeliveryRecord read(ResultSet row) throws SQLException {
    return new DeliveryRecord(
        row.getObject("id", UUID.class),
        EventType.named(row.getString("type")),
        row.getString("entity"),
        row.getString("state"),
        row.getInt("attempts"),
        row.getTimestamp("create_time").toInstant(),
        Optional.ofNullable(row.getTimestamp("due")).map(Timestamp::toInstant),
        Optional.ofNullable(row.getObject("response_status", Integer.class)),
        Optional.ofNullable(row.getString("error_message")).orElse(""));
  }

  /// Makes dead letters wait again, in the order in which they were written, ahead of what has come
  /// since.
  ///
  /// @param ids of the deliveries; empty for all dead ones of the webhook
  static int replay(Handle handle, UUID webhook, List<UUID> ids, Instant now) {
    return handle
        .createQuery(
            """
            with queues as (
              insert into webhook_queue (webhook, entity, due)
              select distinct webhook, entity, cast(:now as timestamptz) from webhook_delivery
              where webhook = :webhook and state = 'DEAD' and (:all or id = any(:ids))
              order by entity
              on conflict (webhook, entity) do update set claim = webhook_queue.claim
              returning webhook, entity),
            replayed as (
              update webhook_delivery delivery
              set state = 'PENDING', attempts = 0, end_time = null from queues
              where delivery.webhook = queues.webhook and delivery.entity = queues.entity
                and state = 'DEAD' and (:all or id = any(:ids))
              returning 1)
            select count(*) from replayed""")
        .bind("webhook", webhook)
        .bind("all", ids.isEmpty())
        .bindArray("ids", UUID.class, ids)
        .bind("now", now)
        .mapTo(int.class)
        .one();
  }

  static Backlog backlog(Handle handle, Instant now) {
    return handle
        .createQuery(
            """
            select count(*) filter (where state = 'PENDING') as pending,
              count(*) filter (where state = 'DEAD') as dead,
              coalesce(extract(epoch from :now - min(create_time) filter (where state = 'PENDING')), 0) as oldest
            from webhook_delivery where state in ('PENDING', 'DEAD')""")
        .bind("now", now)
        .map(
            (row, _) ->
                new Backlog(row.getLong("pending"), row.getDouble("oldest"), row.getLong("dead")))
        .one();
  }

  /// Forgets some of what arrived before a moment, and events that nobody waits for any more. False
  /// when nothing is left to forget.
  static boolean sweep(Handle handle, Instant before) {
    int deliveries =
        handle
            .createUpdate(
                """
                delete from webhook_delivery where number in (
                  select number from webhook_delivery
                  where state = 'DELIVERED' and end_time < :before
                  limit :most for update skip locked)""")
            .bind("before", before)
            .bind("most", SWEPT_AT_ONCE)
            .execute();
    int events =
        handle
            .createUpdate(
                """
                delete from webhook_event where id in (
                  select id from webhook_event event where time < :before
                    and not exists (select from webhook_delivery where event = event.id)
                  limit :most for update skip locked)""")
            .bind("before", before)
            .bind("most", SWEPT_AT_ONCE)
            .execute();
    return deliveries + events > 0;
  }
}
