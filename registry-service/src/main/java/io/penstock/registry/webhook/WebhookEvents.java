package io.penstock.registry.webhook;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.penstock.kit.outbox.Change;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where a change says what happened, inside of its own transaction: what it says is told when, and
/// only when, it commits. Where nobody listens it costs one small query.
@Singleton
public final class WebhookEvents {

  // A description that is missing is told as null, as MLflow does.
  private static final Gson JSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx");

  private final Deliveries deliveries;

  WebhookEvents(Deliveries deliveries) {
    this.deliveries = deliveries;
  }

  /// @param resource whose events are told in the order of their commits: a model with all of its
  ///   versions, or a run
  /// @param data the event's own fields
  public void record(Change change, String resource, EventType type, Map<String, ?> data) {
    var handle = change.handle();
    if (DeliveryQueue.isHeard(handle, type)) {
      DeliveryQueue.add(handle, type, resource, body(type, change.time(), data), change.time());
      handle.afterCommit(deliveries::wake);
    }
  }

  static String body(EventType type, Instant time, Map<String, ?> data) {
    var body = new LinkedHashMap<String, Object>();
    body.put("entity", type.entity());
    body.put("action", type.action());
    body.put("timestamp", TIME.format(time.atOffset(ZoneOffset.UTC)));
    body.put("data", data);
    return JSON.toJson(body);
  }
}
