package io.penstock.kit.events.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kit.events.Event;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class KafkaRecordsTest {

  private static final Event EVENT =
      new Event(
          "id-1",
          "penstock.event.v1.AuditEvent",
          "penstock/registry",
          "models/a",
          Instant.parse("2001-04-01T12:00:00.5Z"),
          new byte[] {1, 2},
          Map.of("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

  private static ConsumerRecord<String, byte[]> stored(
      @Nullable String key, byte @Nullable [] value, RecordHeaders headers) {
    return new ConsumerRecord<>(
        "topic",
        2,
        7,
        1_000,
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        headers,
        Optional.empty());
  }

  @Test
  void toRecord_andBack() {
    var sent = KafkaRecords.toRecord("topic", EVENT);
    var back =
        KafkaRecords.fromRecord(
            stored(sent.key(), sent.value(), new RecordHeaders(sent.headers())));
    assertThat(back.event()).isEqualTo(EVENT);
    assertThat(back.offset()).isEqualTo(7);
    assertThat(back.partition()).isEqualTo(2);
  }

  @Test
  void toRecord_namesAttributesAsCloudEventsDoes() {
    var headers = KafkaRecords.toRecord("topic", EVENT).headers();
    assertThat(new String(headers.lastHeader("ce_id").value(), UTF_8)).isEqualTo("id-1");
    assertThat(new String(headers.lastHeader("ce_specversion").value(), UTF_8)).isEqualTo("1.0");
    assertThat(new String(headers.lastHeader("ce_time").value(), UTF_8))
        .isEqualTo("2001-04-01T12:00:00.500Z");
  }

  @Test
  void fromRecord_ofAnotherProducer() {
    var headers = new RecordHeaders().add("ce_time", "yesterday".getBytes(UTF_8)).add("x", null);
    Event event = KafkaRecords.fromRecord(stored(null, null, new RecordHeaders(headers))).event();
    assertThat(event.id()).isEqualTo("topic-2-7");
    assertThat(event.time()).isEqualTo(Instant.ofEpochMilli(1_000));
    assertThat(event.key()).isEmpty();
    assertThat(event.payload()).isEmpty();
  }
}
