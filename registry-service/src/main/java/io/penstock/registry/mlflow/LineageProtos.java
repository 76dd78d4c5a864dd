package io.penstock.registry.mlflow;

import static java.util.stream.Collectors.toMap;

import io.penstock.proto.mlflow.v1.Dataset;
import io.penstock.proto.mlflow.v1.DatasetInput;
import io.penstock.proto.mlflow.v1.DatasetSummary;
import io.penstock.proto.mlflow.v1.LogInputsRequest;
import io.penstock.proto.mlflow.v1.LogOutputsRequest;
import io.penstock.proto.mlflow.v1.ModelInput;
import io.penstock.proto.mlflow.v1.RunInputs;
import io.penstock.proto.mlflow.v1.RunOutputs;
import io.penstock.proto.mlflow.v1.SearchDatasetsRequest;
import io.penstock.proto.mlflow.v1.SearchDatasetsResponse;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.lineage.ModelOutput;
import io.penstock.registry.lineage.NotedDataset;
import io.penstock.registry.lineage.NotedInput;
import io.penstock.registry.lineage.RunLinks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What runs read and made, as MLflow writes it; whatever comes from there is checked here.
final class LineageProtos {

  private static final int NAME = 500;
  private static final int DIGEST = 36;
  private static final int SOURCE = 65_535;
  private static final int SCHEMA = 1_048_575;
  private static final int PROFILE = 16_777_215;
  private static final int TAG_KEY = 255;
  private static final int TAG_VALUE = 500;
  private static final int MODEL_ID = 255;

  /// Of data or models in one call.
  private static final int MOST_LINKS = 1_000;

  private static final int MOST_EXPERIMENTS = 20;

  private LineageProtos() {}

  static List<NotedInput> datasets(LogInputsRequest request) {
    checkCount("datasets", request.getDatasetsCount());
    return request.getDatasetsList().stream().map(LineageProtos::fromProto).toList();
  }

  private static void checkCount(String field, int count) {
    if (count > MOST_LINKS) {
      throw MlflowFailure.invalid(
          "A request can hold at most %d %s. Got %d.".formatted(MOST_LINKS, field, count));
    }
  }

  private static NotedInput fromProto(DatasetInput input) {
    var dataset = input.getDataset();
    TextLimits.check("name", dataset.getName(), NAME);
    TextLimits.check("digest", dataset.getDigest(), DIGEST);
    TextLimits.check("source_type", dataset.getSourceType(), NAME);
    TextLimits.check("source", dataset.getSource(), SOURCE);
    TextLimits.check("schema", dataset.getSchema(), SCHEMA);
    TextLimits.check("profile", dataset.getProfile(), PROFILE);
    var noted =
        new NotedDataset(
            dataset.getName(),
            dataset.getDigest(),
            dataset.getSourceType(),
            dataset.getSource(),
            dataset.hasSchema() ? Optional.of(dataset.getSchema()) : Optional.empty(),
            dataset.hasProfile() ? Optional.of(dataset.getProfile()) : Optional.empty());
    return new NotedInput(noted, tags(input.getTagsList()));
  }

  private static Map<String, String> tags(List<Tag> tags) {
    for (var tag : tags) {
      TextLimits.check("key", tag.getKey(), TAG_KEY);
      TextLimits.check("value", tag.getValue(), TAG_VALUE);
    }
    return tags.stream().collect(toMap(Tag::getKey, Tag::getValue, (_, last) -> last));
  }

  static List<String> models(LogInputsRequest request) {
    checkCount("models", request.getModelsCount());
    return request.getModelsList().stream().map(model -> modelId(model.getModelId())).toList();
  }

  static List<ModelOutput> models(LogOutputsRequest request) {
    checkCount("models", request.getModelsCount());
    return request.getModelsList().stream()
        .map(model -> new ModelOutput(modelId(model.getModelId()), model.getStep()))
        .toList();
  }

  private static String modelId(String id) {
    TextLimits.check("model_id", id, MODEL_ID);
    return id;
  }

  static List<String> experiments(SearchDatasetsRequest request) {
    int count = request.getExperimentIdsCount();
    if (count == 0) {
      throw MlflowFailure.invalid(
          "SearchDatasets request must specify at least one experiment_id.");
    }
    if (count > MOST_EXPERIMENTS) {
      throw MlflowFailure.invalid(
          "SearchDatasets request cannot specify more than %d experiment_ids. Received %d experiment_ids."
              .formatted(MOST_EXPERIMENTS, count));
    }
    request.getExperimentIdsList().forEach(id -> TextLimits.check("experiment_ids", id, MODEL_ID));
    return request.getExperimentIdsList();
  }

  static SearchDatasetsResponse toProto(
      List<io.penstock.registry.lineage.DatasetSummary> summaries) {
    return SearchDatasetsResponse.newBuilder()
        .addAllDatasetSummaries(summaries.stream().map(LineageProtos::toProto).toList())
        .build();
  }

  private static DatasetSummary toProto(io.penstock.registry.lineage.DatasetSummary summary) {
    var proto =
        DatasetSummary.newBuilder()
            .setExperimentId(summary.experiment())
            .setName(summary.name())
            .setDigest(summary.digest());
    summary.context().ifPresent(proto::setContext);
    return proto.build();
  }

  static RunInputs inputs(RunLinks links) {
    return RunInputs.newBuilder()
        .addAllDatasetInputs(links.datasets().stream().map(LineageProtos::toProto).toList())
        .addAllModelInputs(
            links.modelInputs().stream()
                .map(id -> ModelInput.newBuilder().setModelId(id).build())
                .toList())
        .build();
  }

  static RunOutputs outputs(RunLinks links) {
    return RunOutputs.newBuilder()
        .addAllModelOutputs(
            links.modelOutputs().stream()
                .map(
                    output ->
                        io.penstock.proto.mlflow.v1.ModelOutput.newBuilder()
                            .setModelId(output.model())
                            .setStep(output.step())
                            .build())
                .toList())
        .build();
  }

  private static DatasetInput toProto(NotedInput input) {
    var proto = DatasetInput.newBuilder().setDataset(toProto(input.dataset()));
    new TreeMap<>(input.tags())
        .forEach((key, value) -> proto.addTags(Tag.newBuilder().setKey(key).setValue(value)));
    return proto.build();
  }

  private static Dataset toProto(NotedDataset noted) {
    var proto =
        Dataset.newBuilder()
            .setName(noted.name())
            .setDigest(noted.digest())
            .setSourceType(noted.sourceType())
            .setSource(noted.source());
    noted.schema().ifPresent(proto::setSchema);
    noted.profile().ifPresent(proto::setProfile);
    return proto.build();
  }
}
