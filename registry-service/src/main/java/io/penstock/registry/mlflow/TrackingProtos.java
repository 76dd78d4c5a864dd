package io.penstock.registry.mlflow;

import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.Param;
import io.penstock.proto.mlflow.v1.RunData;
import io.penstock.proto.mlflow.v1.RunInfo;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.experiment.Experiment;
import io.penstock.registry.experiment.MetricHistory.Measured;
import io.penstock.registry.experiment.Run;
import io.penstock.registry.experiment.RunEntries;
import io.penstock.registry.experiment.RunStatus;
import io.penstock.registry.loggedmodel.ModelMetric;
import io.penstock.registry.metric.MetricPoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// Experiments and runs in MLflow's messages.
final class TrackingProtos {

  private TrackingProtos() {}

  static io.penstock.proto.mlflow.v1.Experiment toProto(Experiment experiment) {
    return io.penstock.proto.mlflow.v1.Experiment.newBuilder()
        .setExperimentId(experiment.id())
        .setName(experiment.name())
        .setArtifactLocation(experiment.artifactLocation())
        .setLifecycleStage(experiment.lifecycle().text())
        .setCreationTime(experiment.createMs())
        .setLastUpdateTime(experiment.updateMs())
        .addAllTags(sorted(experiment.tags(), TrackingProtos::tag))
        .build();
  }

  static io.penstock.proto.mlflow.v1.Run toProto(Run run) {
    return io.penstock.proto.mlflow.v1.Run.newBuilder()
        .setInfo(info(run))
        .setData(
            RunData.newBuilder()
                .addAllMetrics(run.metrics().stream().map(TrackingProtos::toProto).toList())
                .addAllParams(sorted(run.params(), TrackingProtos::param))
                .addAllTags(sorted(run.tags(), TrackingProtos::tag)))
        .setInputs(LineageProtos.inputs(run.links()))
        .setOutputs(LineageProtos.outputs(run.links()))
        .build();
  }

  static RunInfo info(Run run) {
    var info =
        RunInfo.newBuilder()
            .setRunId(run.name().run())
            .setRunUuid(run.name().run())
            .setRunName(run.displayName())
            .setExperimentId(run.name().experiment())
            .setUserId(run.userId())
            .setStatus(toProto(run.status()))
            .setStartTime(run.startMs())
            .setArtifactUri(run.artifactUri())
            .setLifecycleStage(run.lifecycle().text());
    if (run.endMs() != null) {
      info.setEndTime(run.endMs());
    }
    return info.build();
  }

  private static <T> List<T> sorted(
      Map<String, String> entries, BiFunction<String, String, T> mapping) {
    return entries.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> mapping.apply(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Tag tag(String key, String value) {
    return Tag.newBuilder().setKey(key).setValue(value).build();
  }

  private static Param param(String key, String value) {
    return Param.newBuilder().setKey(key).setValue(value).build();
  }

  static Metric toProto(MetricPoint point) {
    return Metric.newBuilder()
        .setKey(point.key())
        .setValue(point.value())
        .setTimestamp(point.timeMs())
        .setStep(point.step())
        .build();
  }

  static Metric toProto(Measured measured) {
    return toProto(measured.point()).toBuilder().setRunId(measured.run()).build();
  }

  private static MetricPoint fromProto(Metric metric) {
    return new MetricPoint(
        metric.getKey(), metric.getValue(), metric.getStep(), metric.getTimestamp());
  }

  /// @param run the id of the run that measured
  static RunEntries entries(
      String run, List<Metric> metrics, Map<String, String> params, Map<String, String> tags) {
    return new RunEntries(
        params,
        metrics.stream().map(TrackingProtos::fromProto).toList(),
        tags,
        List.of(),
        metrics.stream()
            .filter(metric -> !metric.getModelId().isEmpty())
            .map(metric -> modelMetric(run, metric))
            .toList());
  }

  private static ModelMetric modelMetric(String run, Metric metric) {
    return new ModelMetric(
        metric.getModelId(),
        metric.getKey(),
        metric.getValue(),
        metric.getStep(),
        metric.getTimestamp(),
        run,
        metric.getDatasetName(),
        metric.getDatasetDigest());
  }

  /// Of a key that comes twice, the last counts.
  static Map<String, String> tags(List<Tag> tags) {
    var map = new LinkedHashMap<String, String>();
    tags.forEach(tag -> map.put(tag.getKey(), tag.getValue()));
    return map;
  }

  static Map<String, String> params(List<Param> params) {
    var map = new LinkedHashMap<String, String>();
    params.forEach(param -> map.put(param.getKey(), param.getValue()));
    return map;
  }

  private static io.penstock.proto.mlflow.v1.RunStatus toProto(RunStatus status) {
    return switch (status) {
      case RUNNING -> io.penstock.proto.mlflow.v1.RunStatus.RUNNING;
      case SCHEDULED -> io.penstock.proto.mlflow.v1.RunStatus.SCHEDULED;
      case FINISHED -> io.penstock.proto.mlflow.v1.RunStatus.FINISHED;
      case FAILED -> io.penstock.proto.mlflow.v1.RunStatus.FAILED;
      case KILLED -> io.penstock.proto.mlflow.v1.RunStatus.KILLED;
    };
  }

  static RunStatus fromProto(io.penstock.proto.mlflow.v1.RunStatus status) {
    return switch (status) {
      case RUNNING -> RunStatus.RUNNING;
      case SCHEDULED -> RunStatus.SCHEDULED;
      case FINISHED -> RunStatus.FINISHED;
      case FAILED -> RunStatus.FAILED;
      case KILLED -> RunStatus.KILLED;
      case RUN_STATUS_UNSPECIFIED, UNRECOGNIZED ->
          throw MlflowFailure.invalid(
              "Invalid value %s for parameter 'status' supplied.".formatted(status));
    };
  }
}
