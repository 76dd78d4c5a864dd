package io.penstock.registry.webhook;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import io.penstock.proto.mlflow.v1.GetWebhookRequest;
import io.penstock.proto.mlflow.v1.ListWebhooksRequest;
import io.penstock.proto.mlflow.v1.TestWebhookRequest;
import io.penstock.proto.mlflow.v1.UpdateWebhookRequest;
import io.penstock.proto.mlflow.v1.Webhook;
import io.penstock.proto.mlflow.v1.WebhookAction;
import io.penstock.proto.mlflow.v1.WebhookEntity;
import io.penstock.proto.mlflow.v1.WebhookStatus;
import io.penstock.proto.mlflow.v1.WebhookTestResult;
import io.penstock.testkit.Failures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowingConsumer;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Webhooks as their owner sees them.
class WebhookIT extends WebhookFixture {

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

  private Webhook get(String id) {
    return webhooks
        .getWebhook(GetWebhookRequest.newBuilder().setWebhookId(id).build())
        .getWebhook();
  }

  private WebhookTestResult test(String id) {
    return webhooks
        .testWebhook(TestWebhookRequest.newBuilder().setWebhookId(id).build())
        .getResult();
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
