package io.penstock.registry.webhook;

import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An event that somebody has claimed to send to one webhook.
///
/// @param number by which it is settled
/// @param id as receivers know it: the same for every attempt, so that they can tell a repetition
/// @param entity what the event is about; nothing else about it is sent meanwhile
/// @param claim tells this claim from a later one
/// @param attempt of this delivery, counted from one
/// @param secret as it is stored
record Delivery(
    long number,
    UUID id,
    UUID webhook,
    String entity,
    long claim,
    int attempt,
    URI url,
    byte @Nullable [] secret,
    String body) {

  @Override
  public String toString() {
    return "delivery %s to webhook %s about %s".formatted(id, webhook, entity);
  }
}
