package io.penstock.kit.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.penstock.proto.event.v1.AuditEvent;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EventTest {

  private static final Instant NANOS = Instant.parse("2001-04-01T12:00:00.123456789Z");

  @Test
  void of_takesTypeAndPayloadFromTheMessage() throws Exception {
    var audit = AuditEvent.newBuilder().setResource("models/a").build();
    Event event = Event.of("penstock/registry", "models/a", NANOS, audit);
    assertThat(event.type()).isEqualTo("penstock.event.v1.AuditEvent");
    assertThat(AuditEvent.parseFrom(event.payload())).isEqualTo(audit);
  }

  @Test
  void time_isCutToMicroseconds() {
    Event event = new Event("id", "t", "s", "k", NANOS, new byte[0], Map.of());
    assertThat(event.time()).isEqualTo(Instant.parse("2001-04-01T12:00:00.123456Z"));
  }

  @Test
  void create_tooLarge() {
    byte[] payload = new byte[Event.MAX_PAYLOAD_BYTES + 1];
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Event("id", "t", "s", "k", NANOS, payload, Map.of()))
        .withMessageContaining("expected at most");
  }

  @Test
  void create_nulInText() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Event("i\0d", "t", "s", "k", NANOS, new byte[0], Map.of()));
  }

  @Test
  void headers_asJson_andBack() {
    Map<String, String> headers = Map.of("a", "\"quoted\" \\ ü\n", "b", "");
    assertThat(EventHeaders.fromJson(EventHeaders.toJson(headers))).isEqualTo(headers);
    assertThat(EventHeaders.fromJson(EventHeaders.toJson(Map.of()))).isEmpty();
  }
}
