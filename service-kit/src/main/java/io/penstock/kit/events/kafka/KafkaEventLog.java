package io.penstock.kit.events.kafka;

import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventBatches;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.EventsConfig;
import io.penstock.kit.events.Subscription;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// The event log in Kafka: protobuf bytes as values, CloudEvents attributes as headers, the event's
/// key as the key of the record. Opening it never connects.
public final class KafkaEventLog implements EventLog {

  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

  private final KafkaSettings settings;
  private final KafkaProducer<String, byte[]> producer;
  private final Admin admin;
  private final KafkaTopics topics;
  private final CopyOnWriteArrayList<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  private KafkaEventLog(EventsConfig config, String client) {
    this.settings = new KafkaSettings(config, client);
    this.producer =
        new KafkaProducer<>(settings.producer(), new StringSerializer(), new ByteArraySerializer());
    this.admin = Admin.create(settings.admin());
    this.topics = new KafkaTopics(admin, config);
  }

  /// The log at `penstock.events.bootstrap-servers`; the client's name shows in the broker's logs
  /// and metrics.
  public static KafkaEventLog open(EventsConfig config, String client) {
    return new KafkaEventLog(config, client);
  }

  @Override
  public void append(String topic, List<Event> events) {
    try {
      topics.ensure(topic);
      for (List<Event> batch : EventBatches.cut(events)) {
        send(topic, batch);
      }
    } catch (ExecutionException | KafkaException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(e);
    }
  }

  private void send(String topic, List<Event> batch)
      throws ExecutionException, InterruptedException {
    var acknowledgements = new ArrayList<Future<RecordMetadata>>(batch.size());
    for (Event event : batch) {
      Future<RecordMetadata> acknowledgement = producer.send(KafkaRecords.toRecord(topic, event));
      // Refused at once, after the longest wait for a broker: the next one would wait as long
      // again.
      if (acknowledgement.state() == Future.State.FAILED) {
        acknowledgement.get();
      }
      acknowledgements.add(acknowledgement);
    }
    // One append is one wait: without it the linger would be paid per batch of the producer.
    producer.flush();
    for (Future<RecordMetadata> acknowledgement : acknowledgements) {
      acknowledgement.get();
    }
  }

  private static FailureException unavailable(Exception e) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    return new FailureException(
        new KitFailure.DependencyUnavailable("event log", String.valueOf(cause.getMessage())), e);
  }

  @Override
  public Subscription subscribe(String topic, String group, EventHandler handler) {
    var subscription = new KafkaSubscription(settings, topics, admin, topic, group, handler);
    subscriptions.add(subscription);
    return subscription;
  }

  @Override
  public void close() {
    subscriptions.parallelStream().forEach(Subscription::close);
    producer.close(CLOSE_WITHIN);
    admin.close(CLOSE_WITHIN);
  }
}
