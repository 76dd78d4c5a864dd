package io.penstock.kit.events.kafka;

import io.penstock.kit.events.EventsConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/// Makes topics that are not there yet, with our bound on the size of a record. A topic that is
/// there stays as its owner made it.
final class KafkaTopics {

  private final Admin admin;
  private final EventsConfig config;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  KafkaTopics(Admin admin, EventsConfig config) {
    this.admin = admin;
    this.config = config;
  }

  void ensure(String topic) throws ExecutionException, InterruptedException {
    if (known.contains(topic)) {
      return;
    }
    try {
      admin.createTopics(List.of(newTopic(topic))).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
    known.add(topic);
  }

  private NewTopic newTopic(String topic) {
    return new NewTopic(topic, config.partitions(), config.replication())
        .configs(
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(KafkaSettings.MAX_RECORD_BYTES)));
  }
}
