package io.penstock.registry.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.penstock.proto.mlflow.v1.CreateModelVersionRequest;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.CreateWebhookRequest;
import io.penstock.proto.mlflow.v1.DeleteModelVersionRequest;
import io.penstock.proto.mlflow.v1.DeleteModelVersionTagRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelAliasRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc.ModelRegistryServiceBlockingStub;
import io.penstock.proto.mlflow.v1.SetModelVersionTagRequest;
import io.penstock.proto.mlflow.v1.SetRegisteredModelAliasRequest;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.proto.mlflow.v1.TransitionModelVersionStageRequest;
import io.penstock.proto.mlflow.v1.WebhookAction;
import io.penstock.proto.mlflow.v1.WebhookEntity;
import io.penstock.proto.mlflow.v1.WebhookEvent;
import io.penstock.proto.mlflow.v1.WebhookServiceGrpc;
import io.penstock.registry.FakePeers;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What happens to models over gRPC, as it arrives at a real HTTP server: MLflow's fields exactly.
class ModelEventsIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Receiver receiver = Receiver.start();
  private static final FakePeers peers = FakePeers.start();

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString())
          .with("penstock.webhooks.key-file", () -> directory.resolve("keys/webhooks.key"))
          .with("penstock.webhooks.schemes", "https,http")
          .with("penstock.webhooks.allowed-hosts", "127.0.0.1")
          .with("penstock.webhooks.poll-interval", "20ms")
          .with("penstock.peers.governance", peers.address())
          .with("penstock.peers.feature", peers.address());

  private ModelRegistryServiceBlockingStub models;
  private String path;
  private String name;

  @BeforeEach
  void listen() {
    peers.pass();
    models =
        ModelRegistryServiceGrpc.newBlockingStub(
            registry.channel("ada", "data-scientist", "ml-engineer"));
    path = "/" + RegistryClient.unique("hook");
    name = RegistryClient.unique("Größe");
    var _ =
        WebhookServiceGrpc.newBlockingStub(registry.channel("ada", "ml-engineer"))
            .createWebhook(
                CreateWebhookRequest.newBuilder()
                    .setName("everything")
                    .setUrl(receiver.url(path))
                    .addAllEvents(events())
                    .build());
  }

  private static List<WebhookEvent> events() {
    return List.of(
        event(WebhookEntity.REGISTERED_MODEL, WebhookAction.CREATED),
        event(WebhookEntity.REGISTERED_MODEL, WebhookAction.DELETED),
        event(WebhookEntity.MODEL_VERSION, WebhookAction.CREATED),
        event(WebhookEntity.MODEL_VERSION, WebhookAction.DELETED),
        event(WebhookEntity.MODEL_VERSION_TAG, WebhookAction.SET),
        event(WebhookEntity.MODEL_VERSION_TAG, WebhookAction.DELETED),
        event(WebhookEntity.MODEL_VERSION_ALIAS, WebhookAction.CREATED),
        event(WebhookEntity.MODEL_VERSION_ALIAS, WebhookAction.DELETED),
        event(WebhookEntity.MODEL_VERSION_STAGE, WebhookAction.UPDATED));
  }

  private static WebhookEvent event(WebhookEntity entity, WebhookAction action) {
    return WebhookEvent.newBuilder().setEntity(entity).setAction(action).build();
  }

  @AfterAll
  static void stop() {
    receiver.close();
    peers.close();
  }

  @Test
  void everyChange_isTold_inOrder() throws Exception {
    create();
    changeTheVersion();
    delete();
    assertTold(
        """
        registered_model.created
          {"name": "NAME", "tags": {"team": "delay"}, "description": "how large"}
        model_version.created
          {"name": "NAME", "version": "1", "source": "s3://bucket/a",
           "run_id": "0123456789abcdef0123456789abcdef", "tags": {"k": "v"},
           "description": "first"}
        model_version.created
          {"name": "NAME", "version": "2", "source": "s3://bucket/b", "run_id": null, "tags": {},
           "description": null}
        model_version_tag.set {"name": "NAME", "version": "1", "key": "a", "value": "b"}
        model_version_tag.deleted {"name": "NAME", "version": "1", "key": "a"}
        model_version_alias.created {"name": "NAME", "alias": "champion", "version": "1"}
        model_version_alias.deleted {"name": "NAME", "alias": "champion"}
        model_version_stage.updated
          {"name": "NAME", "version": "1", "from_stage": "None", "to_stage": "Staging"}
        model_version_stage.updated
          {"name": "NAME", "version": "1", "from_stage": "Staging", "to_stage": "Archived"}
        model_version.deleted {"name": "NAME", "version": "1"}
        registered_model.deleted {"name": "NAME"}
        """);
  }

  private void create() {
    var _ =
        models.createRegisteredModel(
            CreateRegisteredModelRequest.newBuilder()
                .setName(name)
                .setDescription("how large")
                .addTags(tag("team", "delay"))
                .build());
    var _ =
        models.createModelVersion(
            CreateModelVersionRequest.newBuilder()
                .setName(name)
                .setSource("s3://bucket/a")
                .setRunId("0123456789abcdef0123456789abcdef")
                .setDescription("first")
                .addTags(tag("k", "v"))
                .build());
    var _ =
        models.createModelVersion(
            CreateModelVersionRequest.newBuilder()
                .setName(name)
                .setSource("s3://bucket/b")
                .build());
  }

  private void changeTheVersion() {
    var _ =
        models.setModelVersionTag(
            SetModelVersionTagRequest.newBuilder()
                .setName(name)
                .setVersion("1")
                .setKey("a")
                .setValue("b")
                .build());
    var _ =
        models.deleteModelVersionTag(
            DeleteModelVersionTagRequest.newBuilder()
                .setName(name)
                .setVersion("1")
                .setKey("a")
                .build());
    var _ =
        models.setRegisteredModelAlias(
            SetRegisteredModelAliasRequest.newBuilder()
                .setName(name)
                .setAlias("champion")
                .setVersion("1")
                .build());
    var _ =
        models.deleteRegisteredModelAlias(
            DeleteRegisteredModelAliasRequest.newBuilder()
                .setName(name)
                .setAlias("champion")
                .build());
    var _ =
        models.transitionModelVersionStage(
            TransitionModelVersionStageRequest.newBuilder()
                .setName(name)
                .setVersion("1")
                .setStage("Staging")
                .setArchiveExistingVersions(false)
                .build());
  }

  private void delete() {
    var _ =
        models.deleteModelVersion(
            DeleteModelVersionRequest.newBuilder().setName(name).setVersion("1").build());
    var _ =
        models.deleteRegisteredModel(
            DeleteRegisteredModelRequest.newBuilder().setName(name).build());
  }

  @Test
  void whatIsMadeNatively_isToldAsWell() throws Exception {
    var ada = RegistryClient.of(registry, "ada");
    var model = ada.newModel();
    var _ = ada.newVersion(model, TestOnnx.logistic(0, 1));
    name = model.substring("models/".length());
    assertTold(
        """
        registered_model.created {"name": "NAME", "tags": {}, "description": ""}
        model_version.created
          {"name": "NAME", "version": "1", "source": "mlflow-artifacts:/_versions/NAME/1",
           "run_id": null, "tags": {},
           "description": null}
        """);
  }

  private void assertTold(String expected) throws InterruptedException {
    var wanted = parse(expected.replace("NAME", name));
    Eventually.become(SOON, () -> receiver.at(path).size() >= wanted.size());
    assertThat(receiver.at(path).stream().map(one -> Told.of(one.json())))
        .containsExactlyElementsOf(wanted);
  }

  private record Told(String event, JsonObject data) {

    static Told of(JsonObject body) {
      return new Told(
          body.get("entity").getAsString() + "." + body.get("action").getAsString(),
          body.getAsJsonObject("data"));
    }
  }

  // The name of an event begins a line, its data goes on until the next one.
  private static List<Told> parse(String text) {
    var told = new ArrayList<Told>();
    for (var event : text.split("\\n(?=\\S)")) {
      int data = event.indexOf('{');
      told.add(
          new Told(
              event.substring(0, data).strip(),
              JsonParser.parseString(event.substring(data)).getAsJsonObject()));
    }
    return told;
  }

  private static Tag tag(String key, String value) {
    return Tag.newBuilder().setKey(key).setValue(value).build();
  }
}
