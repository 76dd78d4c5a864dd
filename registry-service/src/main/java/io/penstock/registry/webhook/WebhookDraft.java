package io.penstock.registry.webhook;

import io.penstock.registry.webhook.Webhook.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a caller wants of a webhook; null where it shall stay as it is, or be what is usual.
///
/// @param events empty where they shall stay
/// @param secret empty for none
public record WebhookDraft(
    @Nullable String name,
    @Nullable String description,
    @Nullable String url,
    List<EventType> events,
    @Nullable String secret,
    @Nullable Status status) {

  public WebhookDraft {
    events = events.stream().distinct().toList();
  }

  // Generated, it would print the secret.
  @Override
  public String toString() {
    return "WebhookDraft[name=%s, url=%s, events=%s]".formatted(name, url, events);
  }
}
