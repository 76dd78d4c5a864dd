package io.penstock.registry.mlflow;

import io.penstock.kit.page.Page;
import io.penstock.proto.mlflow.v1.CreateWebhookRequest;
import io.penstock.proto.mlflow.v1.ListDeliveriesResponse;
import io.penstock.proto.mlflow.v1.ListWebhooksResponse;
import io.penstock.proto.mlflow.v1.TestWebhookResponse;
import io.penstock.proto.mlflow.v1.UpdateWebhookRequest;
import io.penstock.proto.mlflow.v1.WebhookAction;
import io.penstock.proto.mlflow.v1.WebhookDelivery;
import io.penstock.proto.mlflow.v1.WebhookEntity;
import io.penstock.proto.mlflow.v1.WebhookEvent;
import io.penstock.proto.mlflow.v1.WebhookStatus;
import io.penstock.proto.mlflow.v1.WebhookTestResult;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.webhook.DeliveryRecord;
import io.penstock.registry.webhook.EventType;
import io.penstock.registry.webhook.Webhook;
import io.penstock.registry.webhook.WebhookDraft;
import io.penstock.registry.webhook.Webhooks.TestResult;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Webhooks on MLflow's wire.
final class MlflowWebhookProtos {

  private static final Set<String> STATES = Set.of("", "PENDING", "DELIVERED", "DEAD");

  private MlflowWebhookProtos() {}

  static WebhookDraft draft(CreateWebhookRequest request) {
    return new WebhookDraft(
        request.getName(),
        nullIfEmpty(request.getDescription()),
        request.getUrl(),
        events(request.getEventsList()),
        request.getSecret(),
        status(request.getStatus()));
  }

  /// As MLflow reads it: an empty name or URL is none given, an empty description or secret is one.
  static WebhookDraft draft(UpdateWebhookRequest request) {
    return new WebhookDraft(
        nullIfEmpty(request.getName()),
        request.hasDescription() ? request.getDescription() : null,
        nullIfEmpty(request.getUrl()),
        events(request.getEventsList()),
        request.hasSecret() ? request.getSecret() : null,
        status(request.getStatus()));
  }

  private static @Nullable String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }

  private static Webhook.@Nullable Status status(WebhookStatus status) {
    return switch (status) {
      case ACTIVE -> Webhook.Status.ACTIVE;
      case DISABLED -> Webhook.Status.DISABLED;
      case WEBHOOK_STATUS_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }

  private static List<EventType> events(List<WebhookEvent> events) {
    return events.stream().map(MlflowWebhookProtos::event).toList();
  }

  static EventType event(WebhookEvent event) {
    var entity = event.getEntity().name().toLowerCase(Locale.ROOT);
    var action = event.getAction().name().toLowerCase(Locale.ROOT);
    return EventType.find(entity, action).orElseThrow(() -> unknown(entity, action));
  }

  private static RuntimeException unknown(String entity, String action) {
    var actions =
        EventType.actionsOf(entity).stream()
            .map("'%s'"::formatted)
            .collect(Collectors.joining(", ", "[", "]"));
    return MlflowFailure.invalid(
        "Invalid action '%s' for entity '%s'. Valid actions are: %s"
            .formatted(action, entity, actions));
  }

  static io.penstock.proto.mlflow.v1.Webhook toProto(Webhook webhook) {
    var proto =
        io.penstock.proto.mlflow.v1.Webhook.newBuilder()
            .setWebhookId(webhook.id().toString())
            .setName(webhook.name())
            .setUrl(webhook.url())
            .setStatus(WebhookStatus.valueOf(webhook.status().name()))
            .setCreationTimestamp(webhook.createMillis())
            .setLastUpdatedTimestamp(webhook.updateMillis());
    webhook.events().forEach(event -> proto.addEvents(toProto(event)));
    if (webhook.description() != null && !webhook.description().isEmpty()) {
      proto.setDescription(webhook.description());
    }
    return proto.build();
  }

  private static WebhookEvent toProto(EventType event) {
    return WebhookEvent.newBuilder()
        .setEntity(WebhookEntity.valueOf(event.entity().toUpperCase(Locale.ROOT)))
        .setAction(WebhookAction.valueOf(event.action().toUpperCase(Locale.ROOT)))
        .build();
  }

  static ListWebhooksResponse page(Page<Webhook> page) {
    var proto = ListWebhooksResponse.newBuilder();
    page.rows().forEach(webhook -> proto.addWebhooks(toProto(webhook)));
    if (!page.nextToken().isEmpty()) {
      proto.setNextPageToken(page.nextToken());
    }
    return proto.build();
  }

  static TestWebhookResponse toProto(TestResult result) {
    var proto =
        WebhookTestResult.newBuilder()
            .setSuccess(result.success())
            .setResponseTimeMs(result.took().toMillis());
    result.status().ifPresent(proto::setResponseStatus);
    if (!result.body().isEmpty()) {
      proto.setResponseBody(result.body());
    }
    if (!result.problem().isEmpty()) {
      proto.setErrorMessage(result.problem());
    }
    return TestWebhookResponse.newBuilder().setResult(proto).build();
  }

  static String state(String state) {
    var upper = state.toUpperCase(Locale.ROOT);
    if (!STATES.contains(upper)) {
      throw MlflowFailure.invalid(
          "state was '%s', expected PENDING, DELIVERED or DEAD".formatted(state));
    }
    return upper;
  }

  static ListDeliveriesResponse deliveries(Page<DeliveryRecord> page) {
    var proto = ListDeliveriesResponse.newBuilder();
    page.rows().forEach(delivery -> proto.addDeliveries(toProto(delivery)));
    if (!page.nextToken().isEmpty()) {
      proto.setNextPageToken(page.nextToken());
    }
    return proto.build();
  }

  private static WebhookDelivery toProto(DeliveryRecord delivery) {
    var proto =
        WebhookDelivery.newBuilder()
            .setDeliveryId(delivery.id().toString())
            .setEventType(delivery.type().toString())
            .setEntity(delivery.entity())
            .setState(delivery.state())
            .setAttempts(delivery.attempts())
            .setCreationTimestamp(delivery.createTime().toEpochMilli());
    delivery.nextAttempt().ifPresent(time -> proto.setNextAttemptTimestamp(time.toEpochMilli()));
    delivery.responseStatus().ifPresent(proto::setResponseStatus);
    if (!delivery.problem().isEmpty()) {
      proto.setErrorMessage(delivery.problem());
    }
    return proto.build();
  }

  static List<UUID> deliveryIds(List<String> ids) {
    return ids.stream().map(MlflowWebhookProtos::deliveryId).toList();
  }

  private static UUID deliveryId(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException _) {
      throw MlflowFailure.invalid("delivery_ids holds '%s', expected a UUID".formatted(id));
    }
  }
}
