package io.penstock.inference.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.serving.Variant;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Subscription;
import io.penstock.proto.event.v1.Column;
import io.penstock.proto.event.v1.PredictionEvent;
import io.penstock.testkit.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PredictionEventsTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private static final PredictionEventsConfig CONFIG =
      new PredictionEventsConfig(true, 100, 10, 2, 1_000);

  private final SwitchedLog log = new SwitchedLog();
  private final PredictionEvents events =
      new PredictionEvents(CONFIG, log, new SimpleMeterRegistry());

  @Test
  void offer_isWritten() throws Exception {
    events.offer(prediction("p1"));
    Eventually.become(SOON, () -> log.appended.size() == 1);
    var event = log.appended.getFirst();
    assertThat(event.id()).isEqualTo("p1");
    var message = PredictionEvent.parseFrom(event.payload());
    assertThat(message.getFeaturesList())
        .extracting(Column::getName)
        .containsExactly("distance", "hour");
    assertThat(message.getFeatures(1).getNumbersList()).containsExactly(2.0, 4.0);
    assertThat(message.getOutputs(0).getName()).isEqualTo("probability");
    events.close();
  }

  @Test
  void logAway_losesOnlyWhatTheBufferCannotHold_andCountsIt() throws Exception {
    log.away = true;
    for (int i = 0; i < 500; i++) {
      events.offer(prediction("p" + i));
    }
    assertThat(events.dropped()).isBetween(380L, 400L);
    log.away = false;
    long kept = 500 - events.dropped();
    Eventually.become(SOON, () -> log.ids().distinct().count() == kept);
    events.close();
  }

  @Test
  void close_writesWhatIsLeft() {
    for (int i = 0; i < 50; i++) {
      events.offer(prediction("p" + i));
    }
    events.close();
    assertThat(log.ids().distinct().count()).isEqualTo(50);
  }

  @Test
  void tooWideForAnEvent_isRecordedWithoutValues() throws Exception {
    var wide =
        Tensor.packed("x", DataType.INT8, Shape.of(1, 2_000), ByteString.copyFrom(new byte[2_000]));
    var event = PredictionEventProtos.toProto(prediction("p", List.of(wide), 1), CONFIG);
    assertThat(event.getFeaturesList()).isEmpty();
    assertThat(event.getPredictionId()).isEqualTo("p");
    events.close();
  }

  @Test
  void wideTensorWithoutNames_isLeftOut() throws Exception {
    var embedding =
        Tensor.packed("x", DataType.INT8, Shape.of(1, 3), ByteString.copyFrom(new byte[3]));
    var event = PredictionEventProtos.toProto(prediction("p", List.of(embedding), 1), CONFIG);
    assertThat(event.getFeaturesList()).isEmpty();
    assertThat(event.getOutputsList()).hasSize(1);
    events.close();
  }

  private static PredictionRecord prediction(String id) {
    var features =
        Tensor.packed(
            "features",
            DataType.FP32,
            Shape.of(2, 2),
            Requests.floats(new float[] {1, 2}, new float[] {3, 4}));
    return prediction(id, List.of(features), 2);
  }

  private static PredictionRecord prediction(String id, List<Tensor> inputs, int rows) {
    var output =
        Tensor.packed(
            "probability",
            DataType.FP32,
            Shape.of(rows, 1),
            ByteString.copyFrom(new byte[4 * rows]));
    return new PredictionRecord(
        id,
        "r",
        "m",
        "1",
        Variant.PRIMARY,
        Instant.EPOCH,
        Instant.EPOCH,
        "",
        "ada",
        inputs,
        "features",
        List.of("distance", "hour"),
        List.of(output),
        rows,
        1_000,
        1_000,
        1_000,
        2,
        "",
        1);
  }

  /// A log that can be away.
  private static final class SwitchedLog implements EventLog {

    private final List<Event> appended = new CopyOnWriteArrayList<>();
    private volatile boolean away;

    Stream<String> ids() {
      return appended.stream().map(Event::id);
    }

    @Override
    public void append(String topic, List<Event> events) {
      if (away) {
        throw new IllegalStateException("away");
      }
      appended.addAll(events);
    }

    @Override
    public Subscription subscribe(String topic, String group, EventHandler handler) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
