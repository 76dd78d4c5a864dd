package io.penstock.registry.release;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.Context;
import io.micronaut.runtime.event.annotation.EventListener;
import io.opentelemetry.api.trace.Span;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.StoredEvent;
import io.penstock.kit.events.Subscription;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.identity.Principal;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears what monitoring says about releases and acts on it in monitoring's name, one transaction a
/// message.
abstract class MonitoringEvents<M extends Message> {

  static final Principal MONITORING =
      new Principal("monitoring-service", Principal.Kind.SERVICE, Set.of("service"));

  private static final Logger log = LoggerFactory.getLogger(MonitoringEvents.class);

  private final String topic;
  private final Parser<M> parser;
  private final EventLog events;
  private final Changes changes;
  private final ReleaseFeed feed;
  private @Nullable Subscription subscription;

  MonitoringEvents(
      String topic, Parser<M> parser, EventLog events, Changes changes, ReleaseFeed feed) {
    this.topic = topic;
    this.parser = parser;
    this.events = events;
    this.changes = changes;
    this.feed = feed;
  }

  /// Whether a message can be meant at all; says what is wrong where it cannot.
  abstract boolean isSound(M message);

  abstract void act(Change change, M message);

  @EventListener
  void start(ServiceStarted started) {
    subscription = events.subscribe(topic, "registry", this::handle);
  }

  @EventListener
  void stop(ServiceStopping stopping) {
    if (subscription != null) {
      subscription.close();
    }
  }

  final void handle(List<StoredEvent> batch) {
    batch.stream()
        .map(stored -> parse(stored.event().payload()))
        .flatMap(Optional::stream)
        .forEach(this::act);
  }

  // A message that makes no sense now never will: waiting for it would stop all that follow.
  private Optional<M> parse(byte[] payload) {
    try {
      return Optional.of(parser.parseFrom(payload)).filter(this::isSound);
    } catch (InvalidProtocolBufferException e) {
      log.error("Skipped an unreadable message on {}: {}", topic, e.getMessage());
      return Optional.empty();
    }
  }

  final void act(M message) {
    var span = Span.current().getSpanContext();
    var caller = new Caller(MONITORING, "event/" + topic, span.isValid() ? span.getTraceId() : "");
    caller.in(Context.current()).run(() -> changes.run(change -> act(change, message)));
    feed.wake();
  }
}
