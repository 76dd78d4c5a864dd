package io.penstock.kit.events.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.kit.events.Event;
import io.penstock.kit.events.StoredEvent;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// Events as Kafka records: CloudEvents in binary content mode,
/// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
final class KafkaRecords {

  private static final String ID = "ce_id";
  private static final String TYPE = "ce_type";
  private static final String SOURCE = "ce_source";
  private static final String TIME = "ce_time";
  private static final String VERSION = "ce_specversion";
  private static final String CONTENT_TYPE = "content-type";

  private KafkaRecords() {}

  static ProducerRecord<String, byte[]> toRecord(String topic, Event event) {
    var partitioned = new ProducerRecord<>(topic, event.key(), event.payload());
    Headers headers = partitioned.headers();
    event.headers().forEach((name, value) -> headers.add(name, value.getBytes(UTF_8)));
    headers.add(VERSION, "1.0".getBytes(UTF_8));
    headers.add(ID, event.id().getBytes(UTF_8));
    headers.add(TYPE, event.type().getBytes(UTF_8));
    headers.add(SOURCE, event.source().getBytes(UTF_8));
    headers.add(TIME, event.time().toString().getBytes(UTF_8));
    headers.add(CONTENT_TYPE, "application/protobuf".getBytes(UTF_8));
    return partitioned;
  }

  /// Records of other producers may lack attributes: their place in the log is then their id, the
  /// broker's clock their time.
  static StoredEvent fromRecord(ConsumerRecord<String, byte[]> stored) {
    Map<String, String> headers = headers(stored);
    headers.remove(VERSION);
    headers.remove(CONTENT_TYPE);
    String place = stored.topic() + "-" + stored.partition() + "-" + stored.offset();
    var event =
        new Event(
            take(headers, ID, place),
            take(headers, TYPE, "unknown"),
            take(headers, SOURCE, "unknown"),
            stored.key() == null ? "" : stored.key(),
            time(headers.remove(TIME), stored.timestamp()),
            stored.value() == null ? new byte[0] : stored.value(),
            headers);
    return new StoredEvent(stored.offset(), stored.partition(), event);
  }

  private static Map<String, String> headers(ConsumerRecord<String, byte[]> stored) {
    var headers = new HashMap<String, String>();
    for (Header header : stored.headers()) {
      headers.put(header.key(), header.value() == null ? "" : new String(header.value(), UTF_8));
    }
    return headers;
  }

  private static String take(Map<String, String> headers, String name, String otherwise) {
    String value = headers.remove(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  private static Instant time(@Nullable String written, long timestamp) {
    try {
      return written == null ? Instant.ofEpochMilli(timestamp) : Instant.parse(written);
    } catch (DateTimeParseException e) {
      return Instant.ofEpochMilli(timestamp);
    }
  }
}
