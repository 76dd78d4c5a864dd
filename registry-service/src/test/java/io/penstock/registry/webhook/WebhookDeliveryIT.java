package io.penstock.registry.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import io.penstock.kit.outbox.Changes;
import io.penstock.proto.mlflow.v1.ListDeliveriesRequest;
import io.penstock.proto.mlflow.v1.ReplayDeliveriesRequest;
import io.penstock.proto.mlflow.v1.UpdateWebhookRequest;
import io.penstock.proto.mlflow.v1.WebhookAction;
import io.penstock.proto.mlflow.v1.WebhookDelivery;
import io.penstock.proto.mlflow.v1.WebhookEntity;
import io.penstock.proto.mlflow.v1.WebhookStatus;
import io.penstock.proto.registry.v1.FinishRunRequest;
import io.penstock.proto.registry.v1.RunStatus;
import io.penstock.registry.RegistryClient;
import io.penstock.registry.webhook.ModelEvents.Subject;
import io.penstock.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What webhooks are told, and what becomes of what could not be told.
class WebhookDeliveryIT extends WebhookFixture {

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
}
