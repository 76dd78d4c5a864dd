package io.penstock.registry.webhook;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.webhook.Webhook.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The table of webhooks.
final class WebhookRepository {

  private record Row(long number, Webhook webhook) {}

  private WebhookRepository() {}

  static void insert(Handle handle, Webhook webhook, byte @Nullable [] secret) {
    handle
        .createUpdate(
            """
            insert into webhook (id, name, description, url, events, status, secret, create_ms, update_ms)
            values (:id, :name, :description, :url, :events, :status, :secret, :create, :update)""")
        .bind("id", webhook.id())
        .bind("name", webhook.name())
        .bind("description", webhook.description())
        .bind("url", webhook.url())
        .bindArray("events", String.class, (Object[]) names(webhook.events()))
        .bind("status", webhook.status())
        .bind("secret", secret)
        .bind("create", webhook.createMillis())
        .bind("update", webhook.updateMillis())
        .execute();
  }

  static void update(Handle handle, Webhook webhook) {
    handle
        .createUpdate(
            """
            update webhook set name = :name, description = :description, url = :url, events = :events,
              status = :status, update_ms = :update
            where id = :id""")
        .bind("id", webhook.id())
        .bind("name", webhook.name())
        .bind("description", webhook.description())
        .bind("url", webhook.url())
        .bindArray("events", String.class, (Object[]) names(webhook.events()))
        .bind("status", webhook.status())
        .bind("update", webhook.updateMillis())
        .execute();
  }

  static void setSecret(Handle handle, UUID id, byte @Nullable [] secret) {
    handle
        .createUpdate("update webhook set secret = :secret where id = :id")
        .bind("id", id)
        .bind("secret", secret)
        .execute();
  }

  static boolean delete(Handle handle, UUID id) {
    return handle.createUpdate("delete from webhook where id = :id").bind("id", id).execute() == 1;
  }

  static Optional<Webhook> find(Handle handle, UUID id) {
    return find(handle, id, "");
  }

  /// Nobody else changes it before the transaction ends.
  static Optional<Webhook> lock(Handle handle, UUID id) {
    return find(handle, id, " for no key update");
  }

  private static Optional<Webhook> find(Handle handle, UUID id, String lock) {
    return handle
        .createQuery("select * from webhook where id = :id" + lock)
        .bind("id", id)
        .map((row, _) -> read(row))
        .findOne();
  }

  static Optional<byte[]> secret(Handle handle, UUID id) {
    return handle
        .createQuery("select secret from webhook where id = :id and secret is not null")
        .bind("id", id)
        .mapTo(byte[].class)
        .findOne();
  }

  /// The newest first.
  static Page<Webhook> page(Handle handle, PageRequest page) {
    var rows =
        handle
            .createQuery(
                "select * from webhook where number < :after order by number desc limit :limit")
            .bind("after", page.after(Long.MAX_VALUE, PageKey::number))
            .bind("limit", page.fetchSize())
            .map((row, _) -> new Row(row.getLong("number"), read(row)))
            .list();
    return page.page(rows, row -> List.of(row.number())).map(Row::webhook);
  }

  private static String[] names(List<EventType> events) {
    return events.stream().map(EventType::toString).toArray(String[]::new);
  }

  private static Webhook read(ResultSet row) throws SQLException {
    return new Webhook(
        row.getObject("id", UUID.class),
        row.getString("name"),
        row.getString("description"),
        row.getString("url"),
        Arrays.stream((String[]) row.getArray("events").getArray()).map(EventType::named).toList(),
        Status.valueOf(row.getString("status")),
        row.getLong("create_ms"),
        row.getLong("update_ms"));
  }
}
