package io.penstock.registry.webhook;

import com.google.protobuf.Message;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.kit.service.Ticker;
import io.penstock.registry.MlflowFailure.DoesNotExist;
import io.penstock.registry.outbound.AddressGuard;
import io.penstock.registry.webhook.Outcome.Answered;
import io.penstock.registry.webhook.Outcome.Refused;
import io.penstock.registry.webhook.Outcome.Unanswered;
import io.penstock.registry.webhook.Webhook.Status;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// The webhooks of the registry.
@Singleton
public final class Webhooks {

  /// What came of a test.
  ///
  /// @param status of the answer, if there was one
  /// @param body the beginning of the answer
  /// @param problem empty where an answer came
  public record TestResult(
      boolean success, Optional<Integer> status, String body, String problem, Duration took) {}

  private record Sending(Webhook webhook, Optional<byte[]> secret) {}

  private final Jdbi jdbi;
  private final Changes changes;
  private final SecretBox secrets;
  private final WebhookSender sender;
  private final Deliveries deliveries;
  private final AddressGuard guard;
  private final List<String> schemes;
  private final Clock clock;
  private final Ticker ticker;

  Webhooks(
      Jdbi jdbi,
      Changes changes,
      SecretBox secrets,
      WebhookSender sender,
      Deliveries deliveries,
      AddressGuard guard,
      WebhookConfig config,
      Clock clock,
      Ticker ticker) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.secrets = secrets;
    this.sender = sender;
    this.deliveries = deliveries;
    this.guard = guard;
    this.schemes = config.schemeList();
    this.clock = clock;
    this.ticker = ticker;
  }

  /// @param request for the audit entry, which leaves the secret out
  public Webhook create(WebhookDraft draft, Message request) {
    WebhookFields.check(draft, schemes, guard);
    long now = clock.millis();
    var webhook =
        new Webhook(
            UUID.randomUUID(),
            Objects.requireNonNull(draft.name()),
            draft.description(),
            Objects.requireNonNull(draft.url()),
            draft.events(),
            draft.status() == null ? Status.ACTIVE : draft.status(),
            now,
            now);
    var secret = sealed(webhook.id(), draft.secret());
    return changes.commit(
        change -> {
          WebhookRepository.insert(change.handle(), webhook, secret);
          change.audit(webhook.resource(), request);
          return webhook;
        });
  }

  public Webhook update(String id, WebhookDraft draft, Message request) {
    WebhookFields.check(draft, schemes, guard);
    var updated =
        changes.commit(
            change -> {
              var webhook = changed(lock(change.handle(), id), draft);
              WebhookRepository.update(change.handle(), webhook);
              if (draft.secret() != null) {
                WebhookRepository.setSecret(
                    change.handle(), webhook.id(), sealed(webhook.id(), draft.secret()));
              }
              change.audit(webhook.resource(), request);
              return webhook;
            });
    deliveries.wake();
    return updated;
  }

  private Webhook changed(Webhook webhook, WebhookDraft draft) {
    return new Webhook(
        webhook.id(),
        Objects.requireNonNullElse(draft.name(), webhook.name()),
        draft.description() == null ? webhook.description() : draft.description(),
        Objects.requireNonNullElse(draft.url(), webhook.url()),
        draft.events().isEmpty() ? webhook.events() : draft.events(),
        Objects.requireNonNullElse(draft.status(), webhook.status()),
        webhook.createMillis(),
        // Later than before, whatever the clock says: clients tell editions by it.
        Math.max(clock.millis(), webhook.updateMillis() + 1));
  }

  private byte @Nullable [] sealed(UUID webhook, @Nullable String secret) {
    return secret == null || secret.isEmpty() ? null : secrets.seal(webhook, secret);
  }

  /// Forgets a webhook and all that waits for it.
  public void delete(String id, Message request) {
    changes.run(
        change -> {
          var webhook = lock(change.handle(), id);
          WebhookRepository.delete(change.handle(), webhook.id());
          change.audit(webhook.resource(), request);
        });
  }

  public Webhook get(String id) {
    return jdbi.withHandle(handle -> find(handle, id));
  }

  public Page<Webhook> list(PageRequest page) {
    return jdbi.withHandle(handle -> WebhookRepository.page(handle, page));
  }

  /// Sends an example at once, whatever waits and whether or not the webhook is active.
  ///
  /// @param event null for the first that the webhook listens to
  public TestResult test(String id, @Nullable EventType event) {
    var sending = jdbi.withHandle(handle -> sending(handle, id));
    var webhook = sending.webhook();
    var type = event == null ? webhook.events().getFirst() : event;
    long begin = ticker.nanos();
    var outcome =
        sender.send(
            URI.create(webhook.url()),
            webhook.id(),
            UUID.randomUUID(),
            sending.secret().orElse(null),
            WebhookEvents.body(type, clock.instant(), ExampleData.of(type)));
    var result = result(outcome, Duration.ofNanos(ticker.nanos() - begin));
    changes.run(
        change ->
            change.audit(
                webhook.resource(),
                Map.of("event", type.toString(), "success", Boolean.toString(result.success()))));
    return result;
  }

  private static Sending sending(Handle handle, String id) {
    var webhook = find(handle, id);
    return new Sending(webhook, WebhookRepository.secret(handle, webhook.id()));
  }

  private static TestResult result(Outcome outcome, Duration took) {
    return switch (outcome) {
      case Answered answer ->
          new TestResult(answer.isSuccess(), Optional.of(answer.status()), answer.body(), "", took);
      case Unanswered(var problem) -> unsent(problem, took);
      case Refused(var problem) -> unsent(problem, took);
    };
  }

  private static TestResult unsent(String problem, Duration took) {
    return new TestResult(false, Optional.empty(), "", "Failed to test webhook: " + problem, took);
  }

  /// @param state empty for all
  public Page<DeliveryRecord> deliveries(String id, String state, PageRequest page) {
    return jdbi.withHandle(handle -> DeliveryLog.page(handle, find(handle, id).id(), state, page));
  }

  /// How many dead letters wait again.
  ///
  /// @param ids empty for all
  public int replay(String id, List<UUID> ids, Message request) {
    int replayed =
        changes.commit(
            change -> {
              var webhook = find(change.handle(), id);
              change.audit(webhook.resource(), request);
              return DeliveryLog.replay(change.handle(), webhook.id(), ids, change.time());
            });
    deliveries.wake();
    return replayed;
  }

  private static Webhook find(Handle handle, String id) {
    return uuid(id)
        .flatMap(known -> WebhookRepository.find(handle, known))
        .orElseThrow(() -> missing(id));
  }

  private static Webhook lock(Handle handle, String id) {
    return uuid(id)
        .flatMap(known -> WebhookRepository.lock(handle, known))
        .orElseThrow(() -> missing(id));
  }

  private static Optional<UUID> uuid(String id) {
    try {
      return Optional.of(UUID.fromString(id));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static RuntimeException missing(String id) {
    return new DoesNotExist("Webhook with ID %s not found.".formatted(id)).exception();
  }
}
