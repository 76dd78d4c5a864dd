package io.penstock.registry.migration;

import io.penstock.kit.failure.FailureException;
import io.penstock.proto.mlflow.v1.CreateModelVersionRequest;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.DeleteModelVersionRequest;
import io.penstock.proto.mlflow.v1.GetModelVersionDownloadUriResponse;
import io.penstock.proto.mlflow.v1.GetRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc.ModelRegistryServiceImplBase;
import io.penstock.proto.mlflow.v1.ModelVersion;
import io.penstock.proto.mlflow.v1.RegisteredModel;
import io.penstock.proto.mlflow.v1.RegisteredModelAlias;
import io.penstock.proto.mlflow.v1.SearchModelVersionsResponse;
import io.penstock.proto.mlflow.v1.SetRegisteredModelAliasRequest;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.registry.migration.ImportJob.Count;
import io.penstock.registry.migration.ImportRepository.LocalModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// Copies one registered model with its versions and aliases. Versions keep their numbers: where
/// the other server has deleted one, one is made and deleted here.
///
/// A stage is not taken over. Only the gate of this registry puts a version into production; the
/// tag `mlflow.imported_stage` says where it stood.
final class ModelImport {

  private static final String KIND = "models";
  private static final String STAGE_TAG = "mlflow.imported_stage";
  // Not a place: it says why there is nothing.
  private static final String NOWHERE = "s3://deleted-before-import/version";

  private final ImportSession session;
  private final ModelRegistryServiceImplBase models;
  private final FileImport files;

  ModelImport(ImportSession session, ModelRegistryServiceImplBase models, FileImport files) {
    this.session = session;
    this.models = models;
    this.files = files;
  }

  void copy(RegisteredModel model) throws IOException, InterruptedException {
    if (!findOrCreate(model)) {
      session
          .progress()
          .problem("model '%s': there is another one of that name".formatted(model.getName()));
      return;
    }
    for (var version : versions(model.getName())) {
      session.progress().check();
      copy(version);
    }
    for (var alias : model.getAliasesList()) {
      copy(model.getName(), alias);
    }
  }

  // The version may be one that this registry refused.
  private void copy(String model, RegisteredModelAlias alias) throws InterruptedException {
    var request =
        SetRegisteredModelAliasRequest.newBuilder()
            .setName(model)
            .setAlias(alias.getAlias())
            .setVersion(alias.getVersion())
            .build();
    try {
      var _ = session.local().call(models::setRegisteredModelAlias, request);
    } catch (FailureException e) {
      session
          .progress()
          .problem("alias '%s' of '%s': %s".formatted(alias.getAlias(), model, e.failure()));
    }
  }

  private boolean findOrCreate(RegisteredModel model) throws InterruptedException {
    var tag = sourceTag(model.getName());
    if (local(model.getName()).isPresent()) {
      var request = GetRegisteredModelRequest.newBuilder().setName(model.getName()).build();
      var there = session.local().call(models::getRegisteredModel, request).getRegisteredModel();
      return there.getTagsList().contains(tag);
    }
    var request =
        CreateRegisteredModelRequest.newBuilder()
            .setName(model.getName())
            .setDescription(model.getDescription())
            .addAllTags(model.getTagsList())
            .addTags(tag);
    var _ = session.local().call(models::createRegisteredModel, request.build());
    session.progress().add(Count.MODELS, 1);
    return true;
  }

  private Tag sourceTag(String id) {
    return Tag.newBuilder()
        .setKey(ImportSession.SOURCE_TAG)
        .setValue(session.tag(KIND, id))
        .build();
  }

  private Optional<LocalModel> local(String name) {
    return session.jdbi().withHandle(handle -> ImportRepository.model(handle, name));
  }

  private List<ModelVersion> versions(String model) throws IOException, InterruptedException {
    var found = new ArrayList<ModelVersion>();
    var query = new LinkedHashMap<String, Object>();
    query.put("filter", "name='" + model.replace("'", "''") + "'");
    query.put("max_results", 1_000);
    String next;
    do {
      var page =
          session
              .source()
              .get("model-versions/search", query, SearchModelVersionsResponse.newBuilder());
      // Only what is kept: params and metrics of logged models can be long.
      page.getModelVersionsList().forEach(version -> found.add(bare(version)));
      next = page.getNextPageToken();
      query.put("page_token", next);
    } while (!next.isEmpty());
    found.sort(Comparator.comparingLong(ModelImport::number));
    return found;
  }

  private static ModelVersion bare(ModelVersion version) {
    return version.toBuilder().clearModelMetrics().clearModelParams().build();
  }

  private static long number(ModelVersion version) {
    return Long.parseLong(version.getVersion());
  }

  // Numbers only grow, so what is not beyond the latest one is there.
  private void copy(ModelVersion version) throws IOException, InterruptedException {
    var local = local(version.getName()).orElseThrow();
    long number = number(version);
    if (number <= local.latestVersion()) {
      session.progress().add(Count.SKIPPED, 1);
      return;
    }
    for (long gap = local.latestVersion() + 1; gap < number; gap++) {
      fillGap(version.getName(), gap);
    }
    try {
      create(version, source(version, local.id()));
      session.progress().add(Count.VERSIONS, 1);
    } catch (FailureException e) {
      session.progress().problem(name(version) + ": " + e.failure());
      fillGap(version.getName(), number);
    }
  }

  private void create(ModelVersion version, String source) throws InterruptedException {
    var request =
        CreateModelVersionRequest.newBuilder()
            .setName(version.getName())
            .setSource(source)
            .setDescription(version.getDescription())
            .setRunLink(version.getRunLink())
            .addAllTags(version.getTagsList())
            .addTags(sourceTag(version.getName() + "/" + version.getVersion()));
    session.imported("runs", version.getRunId()).ifPresent(request::setRunId);
    var stage = version.getCurrentStage();
    if (!stage.isEmpty() && !stage.equals("None")) {
      request.addTags(Tag.newBuilder().setKey(STAGE_TAG).setValue(stage));
    }
    var _ = session.local().call(models::createModelVersion, request.build());
  }

  // Bytes that lie elsewhere stay there, and the version says where.
  private String source(ModelVersion version, String model)
      throws IOException, InterruptedException {
    var location = location(version);
    var target = "imported/%s/%s".formatted(model, version.getVersion());
    boolean copied = !session.job().skipArtifacts() && files.ofLocation(location, target);
    if (!copied) {
      session.progress().problem("%s: its files stay at %s".formatted(name(version), location));
    }
    return copied ? "mlflow-artifacts:/" + target : location;
  }

  private String location(ModelVersion version) throws IOException, InterruptedException {
    var query = new LinkedHashMap<String, String>();
    query.put("name", version.getName());
    query.put("version", version.getVersion());
    return session
        .source()
        .get(
            "model-versions/get-download-uri",
            query,
            GetModelVersionDownloadUriResponse.newBuilder())
        .getArtifactUri();
  }

  private void fillGap(String model, long number) throws InterruptedException {
    var request = CreateModelVersionRequest.newBuilder().setName(model).setSource(NOWHERE).build();
    var made = session.local().call(models::createModelVersion, request).getModelVersion();
    if (number(made) != number) {
      throw new IllegalStateException(
          "version %d of %s was made by somebody else".formatted(number, model));
    }
    var deletion =
        DeleteModelVersionRequest.newBuilder().setName(model).setVersion(made.getVersion()).build();
    var _ = session.local().call(models::deleteModelVersion, deletion);
  }

  private static String name(ModelVersion version) {
    return "version %s of '%s'".formatted(version.getVersion(), version.getName());
  }
}
