package io.penstock.registry.webhook;

import io.penstock.proto.mlflow.v1.CreateWebhookRequest;
import io.penstock.proto.mlflow.v1.DeleteWebhookRequest;
import io.penstock.proto.mlflow.v1.ListWebhooksRequest;
import io.penstock.proto.mlflow.v1.Webhook;
import io.penstock.proto.mlflow.v1.WebhookAction;
import io.penstock.proto.mlflow.v1.WebhookEntity;
import io.penstock.proto.mlflow.v1.WebhookEvent;
import io.penstock.proto.mlflow.v1.WebhookServiceGrpc;
import io.penstock.proto.mlflow.v1.WebhookServiceGrpc.WebhookServiceBlockingStub;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.ServiceExtension;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A registry that tells webhooks to a real HTTP server, and what their owner does to them.
abstract class WebhookFixture {

  static final Duration SOON = Duration.ofSeconds(20);

  @TempDir static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString())
          .with("penstock.webhooks.key-file", () -> directory.resolve("keys/webhooks.key"))
          .with("penstock.webhooks.schemes", "https,http")
          .with("penstock.webhooks.allowed-hosts", "127.0.0.1")
          .with("penstock.webhooks.timeout", "1s")
          .with("penstock.webhooks.first-retry", "50ms")
          .with("penstock.webhooks.longest-retry", "400ms")
          .with("penstock.webhooks.attempts", "4")
          .with("penstock.webhooks.poll-interval", "20ms");

  static Receiver receiver;

  WebhookServiceBlockingStub webhooks;
  String path;

  @BeforeAll
  static void open() {
    receiver = Receiver.start();
  }

  @BeforeEach
  void connect() {
    webhooks = WebhookServiceGrpc.newBlockingStub(registry.channel("ada", "ml-engineer"));
    path = "/" + RegistryClient.unique("hook");
  }

  // Later tests are about other events.
  @AfterEach
  void deleteAll() {
    webhooks
        .listWebhooks(ListWebhooksRequest.getDefaultInstance())
        .getWebhooksList()
        .forEach(webhook -> delete(webhook.getWebhookId()));
  }

  @AfterAll
  static void stop() {
    receiver.close();
  }

  Webhook create() {
    return webhooks.createWebhook(request("hook").build()).getWebhook();
  }

  CreateWebhookRequest.Builder request(String name) {
    return CreateWebhookRequest.newBuilder()
        .setName(name)
        .setUrl(receiver.url(path))
        .addEvents(tagSet());
  }

  static WebhookEvent tagSet() {
    return event(WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET);
  }

  static WebhookEvent event(WebhookEntity entity, WebhookAction action) {
    return WebhookEvent.newBuilder().setEntity(entity).setAction(action).build();
  }

  void delete(String id) {
    var _ = webhooks.deleteWebhook(DeleteWebhookRequest.newBuilder().setWebhookId(id).build());
  }
}
