package io.penstock.registry.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsExchange;
import io.penstock.kit.outbox.Changes;
import io.penstock.proto.mlflow.v1.CreateWebhookRequest;
import io.penstock.proto.mlflow.v1.ListDeliveriesRequest;
import io.penstock.proto.mlflow.v1.ReplayDeliveriesRequest;
import io.penstock.proto.mlflow.v1.WebhookAction;
import io.penstock.proto.mlflow.v1.WebhookDelivery;
import io.penstock.proto.mlflow.v1.WebhookEntity;
import io.penstock.proto.mlflow.v1.WebhookEvent;
import io.penstock.proto.mlflow.v1.WebhookServiceGrpc;
import io.penstock.proto.mlflow.v1.WebhookServiceGrpc.WebhookServiceBlockingStub;
import io.penstock.registry.RegistryClient;
import io.penstock.registry.outbound.TestCertificates;
import io.penstock.registry.outbound.TestNames;
import io.penstock.registry.webhook.ModelEvents.Subject;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Deliveries over TLS to receivers that are, or are not, who they should be.
class TlsDeliveryIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String HOST = "hooks.test";
  private static final String OTHER_HOST = "elsewhere.test";

  @TempDir private static Path directory;

  // Made when the registry asks where they are.
  @SuppressWarnings("NullAway.Init")
  private static TestCertificates certificates;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString())
          .with("penstock.webhooks.key-file", () -> directory.resolve("keys/webhooks.key"))
          .with("penstock.outbound.ca-file", TlsDeliveryIT::authority)
          .with("penstock.webhooks.allowed-hosts", HOST + "," + OTHER_HOST)
          .with("penstock.webhooks.timeout", "2s")
          .with("penstock.webhooks.first-retry", "20ms")
          .with("penstock.webhooks.longest-retry", "40ms")
          .with("penstock.webhooks.attempts", "3")
          .with("penstock.webhooks.poll-interval", "20ms");

  private WebhookServiceBlockingStub webhooks;
  private String path;

  private static Path authority() {
    try {
      certificates = TestCertificates.make(directory.resolve("tls"), HOST);
      TestNames.put(HOST, "127.0.0.1");
      TestNames.put(OTHER_HOST, "127.0.0.1");
      return certificates.authority();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void connect() {
    webhooks = WebhookServiceGrpc.newBlockingStub(registry.channel("ada", "ml-engineer"));
    path = "/" + RegistryClient.unique("hook");
  }

  @Test
  void aReceiverThatAnAuthorityVouchesFor_isTold_underItsName() throws Exception {
    try (var receiver = Receiver.start(certificates.server("good"))) {
      var names = new CopyOnWriteArrayList<SNIServerName>();
      receiver.answer(
          path,
          exchange -> {
            var session = ((HttpsExchange) exchange).getSSLSession();
            names.addAll(((ExtendedSSLSession) session).getRequestedServerNames());
            exchange.sendResponseHeaders(200, -1);
          });
      var id = create(HOST, receiver);
      setTag();

      Eventually.become(SOON, () -> deliveries(id, "DELIVERED").size() == 1);
      assertThat(names).containsExactly(new SNIHostName(HOST));
      assertThat(receiver.at(path).getFirst().header("host"))
          .isEqualTo(HOST + ":" + receiver.port());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "expired, hooks.test, the certificate of hooks.test has expired: NotAfter",
    "stranger, hooks.test, the certificate of hooks.test is not accepted: unable to find valid certification path",
    "good, elsewhere.test, the certificate of elsewhere.test is not accepted: No subject alternative DNS name matching elsewhere.test"
  })
  void aReceiverThatIsNotWhoItShouldBe_isTriedAgain_andLeavesADeadLetter(
      String entry, String host, String problem) throws Exception {
    try (var receiver = Receiver.start(certificates.server(entry))) {
      var id = create(host, receiver);
      setTag();

      Eventually.become(SOON, () -> deliveries(id, "DEAD").size() == 1);
      var dead = deliveries(id, "DEAD").getFirst();
      assertThat(dead.getAttempts()).isEqualTo(3);
      assertThat(dead.hasResponseStatus() ? dead.getResponseStatus() : 0).isZero();
      assertThat(dead.getErrorMessage()).startsWith(problem);
      assertThat(receiver.at(path)).isEmpty();
    }
  }

  @Test
  void aReceiverThatDoesNotSpeakTls_isTold_onceItDoes() throws Exception {
    var plain = Receiver.start();
    var id = create(HOST, plain);
    setTag();
    Eventually.become(SOON, () -> deliveries(id, "DEAD").size() == 1);
    plain.close();

    assertThat(deliveries(id, "DEAD").getFirst().getErrorMessage())
        .startsWith("no answer within PT2S");
    assertThat(plain.at(path)).isEmpty();
    try (var secured = Receiver.start(certificates.server("good"), plain.port())) {
      var _ =
          webhooks.replayDeliveries(ReplayDeliveriesRequest.newBuilder().setWebhookId(id).build());
      Eventually.become(SOON, () -> deliveries(id, "DELIVERED").size() == 1);
      assertThat(secured.at(path)).hasSize(1);
    }
  }

  private String create(String host, Receiver receiver) {
    return webhooks
        .createWebhook(
            CreateWebhookRequest.newBuilder()
                .setName("hook")
                .setUrl("https://%s:%d%s".formatted(host, receiver.port(), path))
                .addEvents(
                    WebhookEvent.newBuilder()
                        .setEntity(WebhookEntity.MODEL_VERSION_TAG)
                        .setAction(WebhookAction.SET))
                .build())
        .getWebhook()
        .getWebhookId();
  }

  private void setTag() {
    var model = path.substring(1);
    registry
        .bean(Changes.class)
        .run(
            change ->
                registry
                    .bean(ModelEvents.class)
                    .versionTagSet(change, new Subject(model, model, false), 1, "key", "value"));
  }

  private List<WebhookDelivery> deliveries(String id, String state) {
    return webhooks
        .listDeliveries(ListDeliveriesRequest.newBuilder().setWebhookId(id).setState(state).build())
        .getDeliveriesList();
  }
}
