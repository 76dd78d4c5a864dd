package io.penstock.kit.events.kafka;

import io.penstock.kit.events.Delivery;
import io.penstock.kit.events.EventHandler;
import io.penstock.kit.events.StoredEvent;
import io.penstock.kit.events.Subscription;
import io.penstock.kit.events.Subscriptions;
import io.penstock.kit.loop.BackgroundLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A consumer of a Kafka topic: commits after the handler returned, goes back to the start of the
/// batch when it threw, and keeps its membership alive while it waits to try again.
final class KafkaSubscription implements Subscription {

  private static final Logger log = LoggerFactory.getLogger(KafkaSubscription.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LEAVE_WITHIN = Duration.ofSeconds(3);

  private final KafkaSettings settings;
  private final KafkaTopics topics;
  private final Admin admin;
  private final String topic;
  private final String group;
  private final EventHandler handler;
  private final BackgroundLoop loop;
  private volatile long lastLag;
  private volatile @Nullable KafkaConsumer<String, byte[]> consumer;

  KafkaSubscription(
      KafkaSettings settings,
      KafkaTopics topics,
      Admin admin,
      String topic,
      String group,
      EventHandler handler) {
    this.settings = settings;
    this.topics = topics;
    this.admin = admin;
    this.topic = topic;
    this.group = group;
    this.handler = handler;
    this.loop =
        BackgroundLoop.start(
            settings.client() + ": events " + topic + " for " + group,
            Subscriptions.BACKOFF,
            this::step);
  }

  private Duration step() throws Exception {
    KafkaConsumer<String, byte[]> joined = consumer == null ? join() : consumer;
    ConsumerRecords<String, byte[]> records;
    try {
      records = joined.poll(POLL);
    } catch (WakeupException e) {
      return Duration.ZERO;
    }
    if (!records.isEmpty()) {
      deliver(joined, records);
    }
    return Duration.ZERO;
  }

  private KafkaConsumer<String, byte[]> join() throws ExecutionException, InterruptedException {
    topics.ensure(topic);
    var joined =
        new KafkaConsumer<>(
            settings.consumer(topic, group), new StringDeserializer(), new ByteArrayDeserializer());
    joined.subscribe(List.of(topic));
    consumer = joined;
    return joined;
  }

  private void deliver(
      KafkaConsumer<String, byte[]> joined, ConsumerRecords<String, byte[]> records)
      throws Exception {
    try {
      Delivery.deliver(topic, handler, events(records));
    } catch (Exception e) {
      rewind(joined, records);
      throw e;
    }
    commit(joined, records);
  }

  private static List<StoredEvent> events(ConsumerRecords<String, byte[]> records) {
    var events = new ArrayList<StoredEvent>(records.count());
    for (ConsumerRecord<String, byte[]> one : records) {
      events.add(KafkaRecords.fromRecord(one));
    }
    return events;
  }

  // The consumer's own heartbeat keeps the membership through our backoff, which is far below its
  // poll interval of minutes.
  private static void rewind(
      KafkaConsumer<String, byte[]> joined, ConsumerRecords<String, byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      if (joined.assignment().contains(partition)) {
        joined.seek(partition, records.records(partition).getFirst().offset());
      }
    }
  }

  private void commit(
      KafkaConsumer<String, byte[]> joined, ConsumerRecords<String, byte[]> records) {
    var finished = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (TopicPartition partition : records.partitions()) {
      long next = records.records(partition).getLast().offset() + 1;
      finished.put(partition, new OffsetAndMetadata(next));
    }
    try {
      joined.commitSync(finished);
    } catch (WakeupException e) {
      // Closing: the work is done, so say so before leaving.
      joined.commitSync(finished);
    } catch (KafkaException e) {
      // Another consumer of the group has the partition now, or the broker is away: it comes again.
      log.info("{} for {} could not commit: {}", topic, group, e.getMessage());
      rewind(joined, records);
      throw e;
    }
  }

  @Override
  public long lag() {
    try {
      lastLag = ends() - committed();
    } catch (ExecutionException | KafkaException e) {
      log.debug("The lag of {} for {} is unknown", topic, group, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return lastLag;
  }

  private long ends() throws ExecutionException, InterruptedException {
    var partitions = new HashMap<TopicPartition, OffsetSpec>();
    for (TopicDescription found :
        admin.describeTopics(List.of(topic)).allTopicNames().get().values()) {
      for (TopicPartitionInfo partition : found.partitions()) {
        partitions.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest());
      }
    }
    return admin.listOffsets(partitions).all().get().values().stream()
        .mapToLong(end -> end.offset())
        .sum();
  }

  private long committed() throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    return committed.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(topic) && entry.getValue() != null)
        .mapToLong(entry -> entry.getValue().offset())
        .sum();
  }

  @Override
  public void close() {
    KafkaConsumer<String, byte[]> joined = consumer;
    if (joined != null) {
      joined.wakeup();
    }
    loop.close();
    leave();
  }

  private void leave() {
    KafkaConsumer<String, byte[]> joined = consumer;
    if (joined != null) {
      consumer = null;
      joined.close(CloseOptions.timeout(LEAVE_WITHIN));
    }
  }
}
