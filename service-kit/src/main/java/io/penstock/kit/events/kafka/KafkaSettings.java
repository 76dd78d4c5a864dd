package io.penstock.kit.events.kafka;

import io.penstock.kit.events.Event;
import io.penstock.kit.events.EventBatches;
import io.penstock.kit.events.EventsConfig;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/// What the Kafka clients are told: durable and ordered before fast, bounded in memory and in time.
final class KafkaSettings {

  /// A record is a payload and its headers.
  static final int MAX_RECORD_BYTES = Event.MAX_PAYLOAD_BYTES + (64 << 10);

  private static final int BATCH_BYTES = 256 << 10;
  private static final int BUFFER_BYTES = 8 * MAX_RECORD_BYTES;

  private final EventsConfig config;
  private final String client;

  KafkaSettings(EventsConfig config, String client) {
    this.config = config;
    this.client = client;
  }

  String client() {
    return client;
  }

  Map<String, Object> admin() {
    Map<String, Object> settings = common("admin");
    settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 3_000);
    settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
    return settings;
  }

  Map<String, Object> producer() {
    int deliver = Math.toIntExact(config.deliveryTimeout().toMillis());
    Map<String, Object> settings = common("producer");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // Of two requests in flight to a partition that has just been made, the broker may refuse the
    // first as not yet leader and take the
    // second: then the order is lost and the first is refused for ever. Idempotence alone does not
    // prevent it.
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliver);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, deliver / 2);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, deliver / 2);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    return settings;
  }

  Map<String, Object> consumer(String topic, String group) {
    Map<String, Object> settings = common(topic + "-" + group);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, EventBatches.MAX_EVENTS);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 2 * MAX_RECORD_BYTES);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MAX_RECORD_BYTES);
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return settings;
  }

  private Map<String, Object> common(String role) {
    var settings = new HashMap<String, Object>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.requiredBootstrapServers());
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "penstock-" + client + "-" + role);
    // Topics that appear, and brokers that come back, are noticed within seconds.
    settings.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, 5_000);
    settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2_000);
    settings.put("enable.metrics.push", false);
    return settings;
  }
}
