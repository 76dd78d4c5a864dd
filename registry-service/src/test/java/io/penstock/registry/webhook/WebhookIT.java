package io.penstock.registry.webhook;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import io.penstock.kit.outbox.Changes;
import io.penstock.proto.mlflow.v1.CreateWebhookRequest;
import io.penstock.proto.mlflow.v1.DeleteWebhookRequest;
import io.penstock.proto.mlflow.v1.GetWebhookRequest;
import io.penstock.proto.mlflow.v1.ListDeliveriesRequest;
import io.penstock.proto.mlflow.v1.ListWebhooksRequest;
import io.penstock.proto.mlflow.v1.ReplayDeliveriesRequest;
import io.penstock.proto.mlflow.v1.TestWebhookRequest;
import io.penstock.proto.mlflow.v1.UpdateWebhookRequest;
import io.penstock.proto.mlflow.v1.Webhook;
import io.penstock.proto.mlflow.v1.WebhookAction;
import io.penstock.proto.mlflow.v1.WebhookDelivery;
import io.penstock.proto.mlflow.v1.WebhookEntity;
import io.penstock.proto.mlflow.v1.WebhookEvent;
import io.penstock.proto.mlflow.v1.WebhookServiceGrpc;
import io.penstock.proto.mlflow.v1.WebhookServiceGrpc.WebhookServiceBlockingStub;
import io.penstock.proto.mlflow.v1.WebhookStatus;
import io.penstock.proto.mlflow.v1.WebhookTestResult;
import io.penstock.proto.registry.v1.FinishRunRequest;
import io.penstock.proto.registry.v1.RunStatus;
import io.penstock.registry.RegistryClient;
import io.penstock.registry.webhook.ModelEvents.Subject;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowingConsumer;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Webhooks over gRPC, told to a real HTTP server.
class WebhookIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Receiver receiver = Receiver.start();

  @TempDir private static Path directory;

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

  private WebhookServiceBlockingStub webhooks;
  private String path;

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

  @Test
  void aWebhook_isWhatItWasMade_butForItsSecret() throws Exception {
    var made = webhooks.createWebhook(request("first").setSecret("s3cret").build()).getWebhook();
    assertThat(made.getName()).isEqualTo("first");
    assertThat(made.getUrl()).isEqualTo(receiver.url(path));
    assertThat(made.getStatus()).isEqualTo(WebhookStatus.ACTIVE);
    assertThat(made.hasDescription()).isFalse();
    assertThat(made.getEventsList()).containsExactly(tagSet());
    assertThat(get(made.getWebhookId())).isEqualTo(made);

    assertThat(stored("select encode(secret, 'escape') from webhook")).doesNotContain("s3cret");
    assertThat(
            stored("select string_agg(convert_from(payload, 'LATIN1'), ' ') from penstock_outbox"))
        .satisfiesAnyOf(
            audited -> assertThat(audited).isNull(),
            audited -> assertThat(audited).doesNotContain("s3cret"));
    var key = directory.resolve("keys/webhooks.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
  }

  private static String stored(String query) {
    return registry
        .bean(Jdbi.class)
        .withHandle(handle -> handle.createQuery(query).mapTo(String.class).one());
  }

  @Test
  void update_changesWhatIsGiven() {
    var made = create();
    var both = List.of(event(WebhookEntity.RUN, WebhookAction.UPDATED), tagSet());
    var renamed =
        webhooks
            .updateWebhook(
                UpdateWebhookRequest.newBuilder()
                    .setWebhookId(made.getWebhookId())
                    .setName("renamed")
                    .setDescription("about runs")
                    .addAllEvents(both)
                    .setStatus(WebhookStatus.DISABLED)
                    .build())
            .getWebhook();
    assertThat(renamed.getName()).isEqualTo("renamed");
    assertThat(renamed.getUrl()).isEqualTo(made.getUrl());
    assertThat(renamed.getEventsList()).isEqualTo(both);
    assertThat(renamed.getStatus()).isEqualTo(WebhookStatus.DISABLED);
    assertThat(renamed.getLastUpdatedTimestamp()).isGreaterThan(made.getLastUpdatedTimestamp());
    assertThat(get(made.getWebhookId())).isEqualTo(renamed);
  }

  @Test
  void list_isPaged_newestFirst() {
    var ids = List.of(create().getWebhookId(), create().getWebhookId(), create().getWebhookId());
    var first = webhooks.listWebhooks(ListWebhooksRequest.newBuilder().setMaxResults(2).build());
    var second =
        webhooks.listWebhooks(
            ListWebhooksRequest.newBuilder()
                .setMaxResults(2)
                .setPageToken(first.getNextPageToken())
                .build());
    assertThat(first.getWebhooksList())
        .extracting(Webhook::getWebhookId)
        .containsExactly(ids.get(2), ids.get(1));
    assertThat(second.getWebhooksList()).extracting(Webhook::getWebhookId).contains(ids.get(0));
    assertThat(second.hasNextPageToken()).isFalse();
    assertThatThrownBy(
            () ->
                webhooks.listWebhooks(ListWebhooksRequest.newBuilder().setMaxResults(1001).build()))
        .satisfies(invalid("max_results must be between 1 and 1000."));
  }

  @Test
  void aWebhookThatIsNot_isNotFound() {
    assertThatThrownBy(() -> get("nonexistent")).satisfies(missing("nonexistent"));
    assertThatThrownBy(() -> delete("nonexistent")).satisfies(missing("nonexistent"));
    var id = create().getWebhookId();
    delete(id);
    assertThatThrownBy(() -> get(id)).satisfies(missing(id));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~   ~ | Webhook URL cannot be empty or just whitespace: '   '",
        "ftp://example.com | Invalid webhook URL scheme: 'ftp'. Allowed schemes are: https, http.",
        "http://[invalid | Invalid webhook URL 'http://[invalid': ",
        "http:///path | Webhook URL must include a hostname: 'http:///path'",
        "http://10.1.2.3/x | Webhook URL must not resolve to a non-public IP address. '10.1.2.3' resolves to 10.1.2.3.",
        "http://2130706433/ | Webhook URL must not write an IP address in an unusual way: '2130706433'.",
      })
  void aUrlThatMayNotBe_isRefused(String url, String message) {
    assertThatThrownBy(() -> webhooks.createWebhook(request("bad").setUrl(url).build()))
        .satisfies(invalid(message));
  }

  @Test
  void anEventThatDoesNotExist_isRefused() {
    var request =
        request("bad").clearEvents().addEvents(event(WebhookEntity.PROMPT, WebhookAction.SET));
    assertThatThrownBy(() -> webhooks.createWebhook(request.build()))
        .satisfies(
            invalid("Invalid action 'set' for entity 'prompt'. Valid actions are: ['created']"));
    assertThatThrownBy(() -> webhooks.createWebhook(request("-bad").build()))
        .satisfies(invalid("Webhook name '-bad' is invalid. It must start and end"));
  }

  @Test
  void aChange_isTold_signedAsMlflowSigns() throws Exception {
    webhooks.createWebhook(request("signed").setSecret("s3cret").build());
    setTag("flights", 3, "quality", "süß \"quoted\"");
    awaitAt(1);

    var told = receiver.at(path).getFirst();
    assertThat(told.json().get("entity").getAsString()).isEqualTo("model_version_tag");
    assertThat(told.json().get("action").getAsString()).isEqualTo("set");
    assertThat(told.json().get("timestamp").getAsString())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00");
    assertThat(told.data())
        .isEqualTo(
            JsonParser.parseString(
                """
                {"name": "flights", "version": "3", "key": "quality", "value": "süß \\"quoted\\""}"""));
    assertThat(told.header("content-type")).isEqualTo("application/json");
    var signed =
        told.header("x-mlflow-delivery-id") + "." + told.header("x-mlflow-timestamp") + ".";
    assertThat(told.header("x-mlflow-signature"))
        .isEqualTo(
            WebhookSender.signature(
                "s3cret".getBytes(StandardCharsets.UTF_8),
                signed,
                told.body().getBytes(StandardCharsets.UTF_8)));
  }

  // Worked out with Python's hmac and base64.
  @Test
  void signature_isThatOfMlflow() {
    assertThat(
            WebhookSender.signature(
                "secret".getBytes(StandardCharsets.UTF_8),
                "id.1700000000.",
                "{\"a\": 1}".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("v1,38uVORQcsSdjatM9lCcMNO82Q89mMAbtl9RgUgq98/w=");
  }

  @Test
  void aPrompt_isToldByItsOwnEvents() throws Exception {
    webhooks.createWebhook(
        request("prompts")
            .clearEvents()
            .addEvents(event(WebhookEntity.PROMPT_VERSION, WebhookAction.CREATED))
            .build());
    var tags = Map.of("mlflow.prompt.is_prompt", "true", "mlflow.prompt.text", "Hi!", "a", "b");
    var events = registry.bean(ModelEvents.class);
    registry
        .bean(Changes.class)
        .run(
            change ->
                events.versionCreated(
                    change, Subject.of("greet", "greet", tags), 1, "x", "", tags, ""));
    awaitAt(1);
    assertThat(receiver.at(path).getFirst().data())
        .isEqualTo(
            JsonParser.parseString(
                """
                {"name": "greet", "version": "1", "template": "Hi!", "tags": {"a": "b"},
                 "description": null}"""));
  }

  @Test
  void theEndOfARun_isTold() throws Exception {
    webhooks.createWebhook(
        request("runs")
            .clearEvents()
            .addEvents(event(WebhookEntity.RUN, WebhookAction.UPDATED))
            .build());
    var ada = RegistryClient.of(registry, "ada");
    var run = ada.newRun();
    var _ =
        ada.experiments.finishRun(
            FinishRunRequest.newBuilder()
                .setName(run.getName())
                .setStatus(RunStatus.RUN_STATUS_FAILED)
                .build());
    awaitAt(1);
    var told = receiver.at(path).getFirst();
    assertThat(told.json().get("action").getAsString()).isEqualTo("updated");
    assertThat(told.data().get("status").getAsString()).isEqualTo("FAILED");
    assertThat(run.getName()).endsWith(told.data().get("run_id").getAsString());
  }

  @Test
  void aReceiverThatRecovers_hearsEverything_inOrder_underTheSameId() throws Exception {
    var id = create().getWebhookId();
    var failures = new AtomicInteger(3);
    receiver.answer(
        path,
        exchange -> exchange.sendResponseHeaders(failures.getAndDecrement() > 0 ? 503 : 200, -1));
    for (int i = 0; i < 5; i++) {
      setTag("ordered", 1, "key", "value" + i);
    }
    awaitAt(8);
    assertThat(receiver.at(path))
        .extracting(told -> told.data().get("value").getAsString())
        .containsExactly(
            "value0", "value0", "value0", "value0", "value1", "value2", "value3", "value4");
    assertThat(receiver.at(path).subList(0, 4))
        .extracting(told -> told.header("x-mlflow-delivery-id"))
        .containsOnly(receiver.at(path).getFirst().header("x-mlflow-delivery-id"));
    Eventually.become(SOON, () -> deliveries(id, "DELIVERED").size() == 5);
    assertThat(deliveries(id, "DELIVERED").getLast().getAttempts()).isEqualTo(4);
  }

  @Test
  void oneEntityThatWaits_holdsUpNoOther() throws Exception {
    create();
    receiver.answer(
        path,
        exchange -> {
          boolean slow =
              receiver.at(path).getLast().data().get("name").getAsString().equals("slow");
          exchange.sendResponseHeaders(slow ? 500 : 200, -1);
        });
    setTag("slow", 1, "key", "first");
    Eventually.become(SOON, () -> !receiver.at(path).isEmpty());
    setTag("slow", 1, "key", "second");
    setTag("quick", 1, "key", "third");
    Eventually.become(SOON, () -> values().contains("third") && !values().contains("second"));
    // Once the first is dead, the second has its turn.
    Eventually.become(SOON, () -> values().contains("second"));
  }

  @ParameterizedTest
  @CsvSource({"410", "404", "302"})
  void anAnswerThatWillNotChange_leavesADeadLetter_thatCanBeReplayed(int status) throws Exception {
    var id = create().getWebhookId();
    receiver.answer(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("Location", receiver.url(path + "/elsewhere"));
          exchange.sendResponseHeaders(status, -1);
        });
    setTag("gone", 1, "key", "value");
    Eventually.become(SOON, () -> deliveries(id, "DEAD").size() == 1);
    var dead = deliveries(id, "DEAD").getFirst();
    assertThat(dead.getResponseStatus()).isEqualTo(status);
    assertThat(dead.getEventType()).isEqualTo("model_version_tag.set");
    assertThat(dead.getEntity()).isEqualTo("models/gone");
    assertThat(dead.getAttempts()).isEqualTo(1);
    assertThat(receiver.at(path + "/elsewhere")).isEmpty();

    receiver.answer(path, Receiver.OK);
    assertThat(
            webhooks
                .replayDeliveries(ReplayDeliveriesRequest.newBuilder().setWebhookId(id).build())
                .getReplayed())
        .isEqualTo(1);
    Eventually.become(SOON, () -> deliveries(id, "DELIVERED").size() == 1);
    assertThat(deliveries(id, "")).hasSize(1);
  }

  @Test
  void aReceiverThatKeepsFailing_isGivenUpAfterItsAttempts() throws Exception {
    var id = create().getWebhookId();
    receiver.answer(path, Receiver.status(500));
    setTag("never", 1, "key", "value");
    Eventually.become(SOON, () -> deliveries(id, "DEAD").size() == 1);
    assertThat(deliveries(id, "DEAD").getFirst().getAttempts()).isEqualTo(4);
  }

  @Test
  void aDisabledWebhook_hearsNothing() throws Exception {
    var id = create().getWebhookId();
    webhooks.updateWebhook(
        UpdateWebhookRequest.newBuilder()
            .setWebhookId(id)
            .setStatus(WebhookStatus.DISABLED)
            .build());
    setTag("unheard", 1, "key", "value");
    assertThat(deliveries(id, "")).isEmpty();
  }

  @Test
  void aChangeThatFails_isNotTold() {
    var id = create().getWebhookId();
    var events = registry.bean(ModelEvents.class);
    assertThatThrownBy(
            () ->
                registry
                    .bean(Changes.class)
                    .run(
                        change -> {
                          events.versionTagSet(
                              change, new Subject("m", "m", false), 1, "key", "value");
                          throw new IllegalStateException("changed my mind");
                        }))
        .hasMessage("changed my mind");
    assertThat(deliveries(id, "")).isEmpty();
  }

  @Test
  void test_tellsTheAnswer() {
    receiver.answer(
        path,
        exchange -> {
          var answer = "thank you".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(202, 0);
          exchange.getResponseBody().write(answer);
        });
    var result = test(create().getWebhookId());
    assertThat(result.getSuccess()).isTrue();
    assertThat(result.getResponseStatus()).isEqualTo(202);
    assertThat(result.getResponseBody()).isEqualTo("thank you");
    assertThat(receiver.at(path).getFirst().data())
        .isEqualTo(
            JsonParser.parseString(
                """
                {"name": "example_model", "version": "1", "key": "example_key",
                 "value": "example_value"}"""));
  }

  @Test
  void test_ofAHugeAnswer_readsItsBeginning() {
    receiver.answer(
        path,
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          var block = "x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
          for (int i = 0; i < 16_000; i++) {
            exchange.getResponseBody().write(block);
          }
        });
    var result = test(create().getWebhookId());
    assertThat(result.getSuccess()).isTrue();
    assertThat(result.getResponseBody()).hasSize(8 << 10);
  }

  @Test
  void test_ofASlowAnswer_endsWithItsTime() {
    receiver.answer(
        path,
        exchange -> {
          LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
          exchange.sendResponseHeaders(200, -1);
        });
    var result = test(create().getWebhookId());
    assertThat(result.getSuccess()).isFalse();
    assertThat(result.getErrorMessage()).contains("no answer within PT1S");
    assertThat(result.getResponseTimeMs()).isBetween(900L, 2_500L);
  }

  @Test
  void test_ofNobody_saysSo() {
    var id = webhooks.createWebhook(request("nobody").setUrl("http://127.0.0.1:1/").build());
    var result = test(id.getWebhook().getWebhookId());
    assertThat(result.getSuccess()).isFalse();
    assertThat(result.getErrorMessage()).contains("refused");
    assertThat(result.hasResponseStatus()).isFalse();
  }

  private Webhook create() {
    return webhooks.createWebhook(request("hook").build()).getWebhook();
  }

  private CreateWebhookRequest.Builder request(String name) {
    return CreateWebhookRequest.newBuilder()
        .setName(name)
        .setUrl(receiver.url(path))
        .addEvents(tagSet());
  }

  private static WebhookEvent tagSet() {
    return event(WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET);
  }

  private static WebhookEvent event(WebhookEntity entity, WebhookAction action) {
    return WebhookEvent.newBuilder().setEntity(entity).setAction(action).build();
  }

  private Webhook get(String id) {
    return webhooks
        .getWebhook(GetWebhookRequest.newBuilder().setWebhookId(id).build())
        .getWebhook();
  }

  private void delete(String id) {
    var _ = webhooks.deleteWebhook(DeleteWebhookRequest.newBuilder().setWebhookId(id).build());
  }

  private WebhookTestResult test(String id) {
    return webhooks
        .testWebhook(TestWebhookRequest.newBuilder().setWebhookId(id).build())
        .getResult();
  }

  private List<WebhookDelivery> deliveries(String id, String state) {
    return webhooks
        .listDeliveries(ListDeliveriesRequest.newBuilder().setWebhookId(id).setState(state).build())
        .getDeliveriesList();
  }

  private static void setTag(String model, long version, String key, String value) {
    var events = registry.bean(ModelEvents.class);
    registry
        .bean(Changes.class)
        .run(
            change ->
                events.versionTagSet(
                    change, new Subject(model, model, false), version, key, value));
  }

  private List<String> values() {
    return receiver.at(path).stream().map(told -> told.data().get("value").getAsString()).toList();
  }

  private void awaitAt(int count) throws InterruptedException {
    Eventually.become(SOON, () -> receiver.at(path).size() >= count);
  }

  private static ThrowingConsumer<Throwable> invalid(String message) {
    return Failures.with(
        INVALID_ARGUMENT,
        "INVALID_PARAMETER_VALUE",
        status -> assertThat(status.message()).startsWith(message));
  }

  private static ThrowingConsumer<Throwable> missing(String id) {
    return Failures.with(
        NOT_FOUND,
        "RESOURCE_DOES_NOT_EXIST",
        status -> assertThat(status.message()).isEqualTo("Webhook with ID " + id + " not found."));
  }
}
