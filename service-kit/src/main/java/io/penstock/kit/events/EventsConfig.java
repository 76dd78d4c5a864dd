package io.penstock.kit.events;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Which event log carries the events and how to reach it.
///
/// @param retention how long PostgreSQL keeps events that every group has finished
/// @param retentionBytes payload bytes a topic may hold in PostgreSQL before its oldest events go,
///   finished or not
/// @param partitions partitions of a topic that Kafka does not have yet
/// @param replication replicas of such a topic; -1 leaves it to the broker
/// @param deliveryTimeout how long an append may try before it fails
@ConfigurationProperties("penstock.events")
public record EventsConfig(
    @Bindable(defaultValue = "POSTGRES") Type type,
    @Nullable String url,
    @Bindable(defaultValue = "penstock") String user,
    @Bindable(defaultValue = "") String password,
    @Bindable(defaultValue = "4") int poolSize,
    @Bindable(defaultValue = "7d") Duration retention,
    @Bindable(defaultValue = "10737418240") long retentionBytes,
    @Nullable String bootstrapServers,
    @Bindable(defaultValue = "6") int partitions,
    @Bindable(defaultValue = "-1") short replication,
    @Bindable(defaultValue = "10s") Duration deliveryTimeout) {

  /// The kinds of event log.
  public enum Type {
    POSTGRES,
    KAFKA,
    /// Lives and dies with the process: for trying things out and for tests.
    MEMORY
  }

  private static final Duration WEEK = Duration.ofDays(7);
  private static final long TEN_GIB = 10L << 30;

  public EventsConfig {
    if (poolSize < 1) {
      throw new IllegalArgumentException(
          "penstock.events.pool-size was " + poolSize + ", expected at least 1");
    }
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "penstock.events.partitions was " + partitions + ", expected at least 1");
    }
    if (retentionBytes < EventBatches.MAX_BYTES) {
      throw new IllegalArgumentException(
          "penstock.events.retention-bytes was "
              + retentionBytes
              + ", expected at least "
              + EventBatches.MAX_BYTES);
    }
    if (deliveryTimeout.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "penstock.events.delivery-timeout was " + deliveryTimeout + ", expected at least 1s");
    }
  }

  /// PostgreSQL with the defaults.
  public static EventsConfig postgres(String url, String user, String password) {
    return new EventsConfig(
        Type.POSTGRES, url, user, password, 4, WEEK, TEN_GIB, null, 1, (short) -1, tenSeconds());
  }

  /// Kafka with the defaults.
  public static EventsConfig kafka(String bootstrapServers) {
    return new EventsConfig(
        Type.KAFKA, null, "", "", 1, WEEK, TEN_GIB, bootstrapServers, 6, (short) -1, tenSeconds());
  }

  private static Duration tenSeconds() {
    return Duration.ofSeconds(10);
  }

  /// This configuration with other limits of retention.
  public EventsConfig withRetention(Duration age, long bytes) {
    return new EventsConfig(
        type,
        url,
        user,
        password,
        poolSize,
        age,
        bytes,
        bootstrapServers,
        partitions,
        replication,
        deliveryTimeout);
  }

  /// The JDBC URL, which only the PostgreSQL log needs.
  public String requiredUrl() {
    return required("url", url);
  }

  /// The brokers, which only the Kafka log needs.
  public String requiredBootstrapServers() {
    return required("bootstrap-servers", bootstrapServers);
  }

  private String required(String key, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(
          "penstock.events." + key + " is missing, expected with penstock.events.type=" + type);
    }
    return value;
  }
}
