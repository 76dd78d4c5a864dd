package io.penstock.registry.webhook;

import io.penstock.registry.webhook.DeliveryPlan.Step;
import io.penstock.registry.webhook.Outcome.Answered;
import io.penstock.registry.webhook.Outcome.Refused;
import io.penstock.registry.webhook.Outcome.Unanswered;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// What waits to be sent, as the statements of short transactions. A row of `webhook_queue` stands
/// for one webhook and one entity and is the lock, the order and the lease of all that waits there.
final class DeliveryQueue {

  private record Claimed(UUID webhook, String entity, long claim) {}

  private DeliveryQueue() {}

  /// Whether any webhook listens to one of the events now.
  static boolean isHeard(Handle handle, EventType type) {
    return handle
        .createQuery(
            "select exists (select from webhook where status = 'ACTIVE' and :type = any(events))")
        .bind("type", type.toString())
        .mapTo(boolean.class)
        .one();
  }

  /// Puts an event behind all others about its entity, for every webhook that listens. Whoever
  /// comes second to the same queue waits for the first to commit, so numbers are in that order.
  static void add(Handle handle, EventType type, String entity, String body, Instant time) {
    // The webhooks stay until the commit; those that are being deleted are left out.
    var listening =
        handle
            .createQuery(
                """
                select id from webhook where status = 'ACTIVE' and :type = any(events)
                order by id for key share""")
            .bind("type", type.toString())
            .mapTo(UUID.class)
            .list();
    if (!listening.isEmpty()) {
      open(handle, listening, entity, time);
      append(handle, listening, entity, insertEvent(handle, type, body, time), time);
    }
  }

  private static void open(Handle handle, List<UUID> webhooks, String entity, Instant time) {
    handle
        .createUpdate(
            """
            insert into webhook_queue (webhook, entity, due)
            select webhook, :entity, :time from unnest(:webhooks) as webhook
            on conflict (webhook, entity) do update set claim = webhook_queue.claim""")
        .bindArray("webhooks", UUID.class, webhooks)
        .bind("entity", entity)
        .bind("time", time)
        .execute();
  }

  private static long insertEvent(Handle handle, EventType type, String body, Instant time) {
    return handle
        .createQuery(
            "insert into webhook_event (type, body, time) values (:type, :body, :time) returning id")
        .bind("type", type.toString())
        .bind("body", body)
        .bind("time", time)
        .mapTo(long.class)
        .one();
  }

  private static void append(
      Handle handle, List<UUID> webhooks, String entity, long event, Instant time) {
    handle
        .createUpdate(
            """
            insert into webhook_delivery (webhook, entity, event, create_time)
            select webhook, :entity, :event, :time from unnest(:webhooks) as webhook""")
        .bindArray("webhooks", UUID.class, webhooks)
        .bind("entity", entity)
        .bind("event", event)
        .bind("time", time)
        .execute();
  }

  /// Takes the first delivery of each of some queues that are due. Until the lease is over nobody
  /// else takes anything from these.
  ///
  /// @param share the most of one webhook
  /// @param busy webhooks that get nothing now
  static List<Delivery> claim(
      Handle handle, Instant now, Duration lease, int most, int share, Collection<UUID> busy) {
    var claimed =
        handle
            .createQuery(
                """
                with due as (
                  select waiting.webhook, waiting.entity
                  from webhook cross join lateral (
                    select webhook_queue.webhook, entity, due from webhook_queue
                    where webhook_queue.webhook = webhook.id and due <= :now
                    order by due limit :share for update skip locked) waiting
                  where webhook.status = 'ACTIVE' and webhook.id <> all(:busy)
                  limit :most)
                update webhook_queue queue set due = :until, claim = claim + 1 from due
                where queue.webhook = due.webhook and queue.entity = due.entity
                returning queue.webhook, queue.entity, queue.claim""")
            .bind("now", now)
            .bind("until", now.plus(lease))
            .bind("most", most)
            .bind("share", share)
            .bindArray("busy", UUID.class, busy)
            .map(
                (row, _) ->
                    new Claimed(
                        row.getObject("webhook", UUID.class),
                        row.getString("entity"),
                        row.getLong("claim")))
            .list();
    // A statement of its own: only one that begins after the locks were taken surely sees what
    // their former holders left.
    return claimed.stream().flatMap(claim -> first(handle, claim).stream()).toList();
  }

  private static Optional<Delivery> first(Handle handle, Claimed claimed) {
    return handle
        .createQuery(
            """
            with head as (
              update webhook_delivery set attempts = attempts + 1
              where number = (
                select number from webhook_delivery
                where webhook = :webhook and entity = :entity and state = 'PENDING'
                order by number limit 1)
              returning number, id, attempts, event)
            select head.number, head.id, head.attempts, event.body, webhook.url, webhook.secret
            from head join webhook_event event on event.id = head.event
              join webhook on webhook.id = :webhook""")
        .bind("webhook", claimed.webhook())
        .bind("entity", claimed.entity())
        .map((row, _) -> read(row, claimed))
        .findOne();
  }

  private static Delivery read(ResultSet row, Claimed claimed) throws SQLException {
    return new Delivery(
        row.getLong("number"),
        row.getObject("id", UUID.class),
        claimed.webhook(),
        claimed.entity(),
        claimed.claim(),
        row.getInt("attempts"),
        URI.create(row.getString("url")),
        row.getBytes("secret"),
        row.getString("body"));
  }

  /// Notes what came of a delivery. False where the claim had run out and somebody else has it.
  static boolean settle(Handle handle, Instant now, Delivery delivery, Outcome outcome, Step step) {
    if (!isHeld(handle, delivery)) {
      return false;
    }
    write(handle, now, delivery, outcome, step);
    if (step instanceof Step.Retry(var rest)) {
      release(handle, delivery, now.plus(rest));
    } else if (!closeIfEmpty(handle, delivery)) {
      release(handle, delivery, now);
    }
    return true;
  }

  // The lock that whoever adds to this queue takes as well.
  private static boolean isHeld(Handle handle, Delivery delivery) {
    return handle
        .createQuery(
            """
            select claim from webhook_queue where webhook = :webhook and entity = :entity for update""")
        .bind("webhook", delivery.webhook())
        .bind("entity", delivery.entity())
        .mapTo(Long.class)
        .findOne()
        .filter(claim -> claim == delivery.claim())
        .isPresent();
  }

  private static void write(
      Handle handle, Instant now, Delivery delivery, Outcome outcome, Step step) {
    handle
        .createUpdate(
            """
            update webhook_delivery set state = :state, response_status = :status,
              error_message = :problem, end_time = case when :state = 'PENDING' then null
                else cast(:now as timestamptz) end
            where number = :number""")
        .bind("number", delivery.number())
        .bind("state", state(step))
        .bind("status", outcome instanceof Answered answer ? answer.status() : null)
        .bind("problem", problem(outcome))
        .bind("now", now)
        .execute();
  }

  private static String state(Step step) {
    return switch (step) {
      case Step.Done() -> "DELIVERED";
      case Step.Retry _ -> "PENDING";
      case Step.Dead _ -> "DEAD";
    };
  }

  private static String problem(Outcome outcome) {
    return switch (outcome) {
      case Answered answer -> answer.isSuccess() ? "" : answer.body();
      case Unanswered(var problem) -> problem;
      case Refused(var problem) -> problem;
    };
  }

  private static void release(Handle handle, Delivery delivery, Instant due) {
    handle
        .createUpdate(
            "update webhook_queue set due = :due where webhook = :webhook and entity = :entity")
        .bind("due", due)
        .bind("webhook", delivery.webhook())
        .bind("entity", delivery.entity())
        .execute();
  }

  private static boolean closeIfEmpty(Handle handle, Delivery delivery) {
    return handle
            .createUpdate(
                """
                delete from webhook_queue where webhook = :webhook and entity = :entity
                  and not exists (select from webhook_delivery waiting
                    where waiting.webhook = :webhook and waiting.entity = :entity
                      and waiting.state = 'PENDING')""")
            .bind("webhook", delivery.webhook())
            .bind("entity", delivery.entity())
            .execute()
        == 1;
  }
}
