package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.penstock.registry.mlflow.Refusals.assertInvalid;
import static io.penstock.registry.mlflow.Refusals.assertMissing;
import static io.penstock.registry.mlflow.Refusals.assertTaken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelTagRequest;
import io.penstock.proto.mlflow.v1.RenameRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.SetRegisteredModelTagRequest;
import io.penstock.proto.mlflow.v1.UpdateRegisteredModelRequest;
import io.penstock.registry.LockWaits;
import io.penstock.registry.RegistryClient;
import io.penstock.registry.model.ModelNames;
import io.penstock.testkit.Failures;
import io.penstock.testkit.TestOnnx;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class RegisteredModelsIT extends ModelsFixture {

  @Test
  void create_givesBackWhatWasGiven() {
    var name = RegistryClient.unique("Größe 🤖 des Modells");
    var created =
        models
            .createRegisteredModel(
                CreateRegisteredModelRequest.newBuilder()
                    .setName(name)
                    .setDescription("how large")
                    .addTags(tag("team", "delay"))
                    .addTags(tag("team", "growth"))
                    .build())
            .getRegisteredModel();
    assertThat(created.getName()).isEqualTo(name);
    assertThat(created.getDescription()).isEqualTo("how large");
    assertThat(created.getTagsList()).containsExactly(tag("team", "growth"));
    assertThat(created.getCreationTimestamp()).isEqualTo(created.getLastUpdatedTimestamp());
    assertThat(get(name)).isEqualTo(created);
  }

  @Test
  void create_ofATakenName_saysSo() {
    var name = newModel();
    assertTaken(() -> create(name), "Registered Model (name=%s) already exists.".formatted(name));
    assertTaken(
        () ->
            models.createRegisteredModel(
                CreateRegisteredModelRequest.newBuilder()
                    .setName(name)
                    .addTags(tag("mlflow.prompt.is_prompt", "true"))
                    .build()),
        "Tried to create a prompt with name '%s', but the name is already taken by a registered model. MLflow does not allow creating a model and a prompt with the same name."
            .formatted(name));
  }

  @Test
  void create_withoutAUsableName_isRefused() {
    assertInvalid(
        () -> create(""),
        "Missing value for required parameter 'name'. See the API docs for more information about request parameters.");
    assertInvalid(
        () -> create("a/b"), "Invalid model name 'a/b'. Names cannot contain '/' or ':'.");
  }

  @Test
  void get_ofNoModel_saysSo() {
    assertMissing(() -> get("nobody"), "Registered Model with name=nobody not found");
  }

  @Test
  void update_andRename_areSeen_andFreeTheOldName() {
    var name = newModel();
    var version = version(name, "s3://bucket/a");
    var described =
        models.updateRegisteredModel(
            UpdateRegisteredModelRequest.newBuilder().setName(name).setDescription("new").build());
    assertThat(described.getRegisteredModel().getDescription()).isEqualTo("new");
    var newName = RegistryClient.unique("renamed");
    rename(name, newName);
    assertThat(getVersion(newName, version.getVersion()).getName()).isEqualTo(newName);
    create(name);
    assertTaken(
        () -> rename(name, newName),
        "Registered Model (name=%s) already exists.".formatted(newName));
    assertInvalid(
        () -> rename(name, ""),
        "Missing value for required parameter 'new_name'. See the API docs for more information about request parameters.");
  }

  // Whoever creates a model has its name and may then wait for the row of another. A rename that
  // had the row and then waited for the name would wait in a circle.
  @Test
  void rename_whileTheNewNameIsBeingTaken_waitsBeforeItHoldsTheModel() throws Exception {
    var name = newModel();
    var newName = RegistryClient.unique("wanted");
    try (var creation = registry.bean(Jdbi.class).open()) {
      creation.begin();
      ModelNames.reserve(creation, newName);
      var renamed = CompletableFuture.runAsync(() -> rename(name, newName));
      LockWaits.await(creation);

      assertThat(
              creation
                  .select("select id from model where name = ? for update nowait", name)
                  .mapTo(String.class)
                  .list())
          .hasSize(1);
      creation.commit();
      renamed.join();
    }
    assertThat(get(newName).getName()).isEqualTo(newName);
  }

  @Test
  void delete_takesTheModelAway_andFreesItsName() {
    var name = newModel();
    version(name, "s3://bucket/a");
    models.deleteRegisteredModel(DeleteRegisteredModelRequest.newBuilder().setName(name).build());
    assertMissing(() -> get(name), "Registered Model with name=%s not found".formatted(name));
    assertThatThrownBy(() -> getVersion(name, "1"))
        .satisfies(Failures.with(NOT_FOUND, "RESOURCE_DOES_NOT_EXIST"));
    create(name);
    assertThat(version(name, "s3://bucket/b").getVersion()).isEqualTo("1");
  }

  @Test
  void delete_ofAModelThatIsServed_isRefused() {
    var model = ada.newModel();
    var version = ada.newProductionVersion(model, TestOnnx.logistic(0, 1));
    ada.deploy(version, Variant.VARIANT_PRIMARY, 100);
    var name = model.substring("models/".length());
    assertThatThrownBy(
            () ->
                models.deleteRegisteredModel(
                    DeleteRegisteredModelRequest.newBuilder().setName(name).build()))
        .satisfies(Failures.with(FAILED_PRECONDITION, "MODEL_SERVED"));
    assertThatThrownBy(() -> deleteVersion(name, "1"))
        .satisfies(Failures.with(FAILED_PRECONDITION, "VERSION_SERVED"));
  }

  @Test
  void modelTags_areSetReplacedAndDeleted() {
    var name = newModel();
    setTag(name, "stage/of work", "1");
    setTag(name, "stage/of work", "2");
    assertThat(get(name).getTagsList()).containsExactly(tag("stage/of work", "2"));
    var deletion =
        DeleteRegisteredModelTagRequest.newBuilder().setName(name).setKey("stage/of work").build();
    models.deleteRegisteredModelTag(deletion);
    models.deleteRegisteredModelTag(deletion);
    assertThat(get(name).getTagsList()).isEmpty();
    assertInvalid(
        () -> setTag(name, "a?b", "1"),
        "Invalid value \"a?b\" for parameter 'key' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
    assertInvalid(
        () -> setTag(name, "a/../b", "1"),
        "Invalid value \"a/../b\" for parameter 'key' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to 'b'");
    assertInvalid(
        () -> setTag(name, "k".repeat(251), "1"),
        "'key' exceeds the maximum length of 250 characters");
    assertInvalid(
        () -> setTag(name, "k", "v".repeat(100_001)),
        "'value' exceeds the maximum length of 100000 characters");
  }

  private void rename(String name, String newName) {
    var _ =
        models.renameRegisteredModel(
            RenameRegisteredModelRequest.newBuilder().setName(name).setNewName(newName).build());
  }

  private void setTag(String name, String key, String value) {
    var _ =
        models.setRegisteredModelTag(
            SetRegisteredModelTagRequest.newBuilder()
                .setName(name)
                .setKey(key)
                .setValue(value)
                .build());
  }
}
