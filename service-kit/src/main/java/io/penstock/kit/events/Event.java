package io.penstock.kit.events;

import com.google.protobuf.Message;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// Something that happened, with the attributes of CloudEvents. Events of one topic with the same
/// key are delivered in the order in which they were appended.
///
/// @param id UUID; consumers that must not take an event twice remember it
/// @param type full name of the protobuf message in the payload
/// @param source who says so: `penstock/registry`
/// @param key what the order is kept for: a resource name
/// @param time when it happened, to the microsecond
/// @param payload the protobuf message, at most [#MAX_PAYLOAD_BYTES]
/// @param headers further attributes, `traceparent` among them
public record Event(
    String id,
    String type,
    String source,
    String key,
    Instant time,
    byte[] payload,
    Map<String, String> headers) {

  /// What every log can carry in one piece.
  public static final int MAX_PAYLOAD_BYTES = 4 << 20;

  private static final char NUL = '\0';

  public Event {
    requireText("id", id);
    requireText("type", type);
    requireText("source", source);
    if (key.indexOf(NUL) >= 0) {
      throw new IllegalArgumentException("event key holds a NUL character");
    }
    if (payload.length > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "event payload is " + payload.length + " bytes, expected at most " + MAX_PAYLOAD_BYTES);
    }
    time = time.truncatedTo(ChronoUnit.MICROS);
    headers = Map.copyOf(headers);
  }

  /// A new event about `key` that carries a protobuf message.
  public static Event of(String source, String key, Instant time, Message payload) {
    return new Event(
        UUID.randomUUID().toString(),
        payload.getDescriptorForType().getFullName(),
        source,
        key,
        time,
        payload.toByteArray(),
        Map.of());
  }

  /// This event with one more header.
  public Event withHeader(String name, String value) {
    var more = new HashMap<>(headers);
    more.put(name, value);
    return new Event(id, type, source, key, time, payload, more);
  }

  private static void requireText(String attribute, String value) {
    if (value.isEmpty() || value.indexOf(NUL) >= 0) {
      throw new IllegalArgumentException(
          "event " + attribute + " was '" + value + "', expected text without NUL");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Event that
        && id.equals(that.id)
        && type.equals(that.type)
        && source.equals(that.source)
        && key.equals(that.key)
        && time.equals(that.time)
        && Arrays.equals(payload, that.payload)
        && headers.equals(that.headers);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "Event[" + type + " " + id + " key=" + key + " " + payload.length + " bytes]";
  }
}
