package io.penstock.registry.webhook;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Somebody who wants to be told.
///
/// @param events in the order of whoever made it
public record Webhook(
    UUID id,
    String name,
    @Nullable String description,
    String url,
    List<EventType> events,
    Status status,
    long createMillis,
    long updateMillis) {

  /// A disabled one hears of nothing new; what waits for it goes on waiting.
  public enum Status {
    ACTIVE,
    DISABLED
  }

  public Webhook {
    events = List.copyOf(events);
  }

  /// The resource as audit entries name it.
  public String resource() {
    return "webhooks/" + id;
  }
}
