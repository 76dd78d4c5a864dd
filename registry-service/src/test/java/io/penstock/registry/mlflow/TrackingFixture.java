package io.penstock.registry.mlflow;

import io.penstock.proto.mlflow.v1.CreateExperimentRequest;
import io.penstock.proto.mlflow.v1.CreateRunRequest;
import io.penstock.proto.mlflow.v1.GetRunRequest;
import io.penstock.proto.mlflow.v1.LogMetricRequest;
import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.Run;
import io.penstock.proto.mlflow.v1.SetTagRequest;
import io.penstock.proto.mlflow.v1.Tag;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.testkit.ServiceExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A registry of the class that extends this, and what a client of MLflow does to its runs.
abstract class TrackingFixture {

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString());

  TrackingServiceGrpc.TrackingServiceBlockingStub mlflow;

  @BeforeEach
  void connect() {
    mlflow = TrackingServiceGrpc.newBlockingStub(registry.channel("ada", "data-scientist"));
  }

  String newExperiment(String name) {
    return mlflow
        .createExperiment(CreateExperimentRequest.newBuilder().setName(name).build())
        .getExperimentId();
  }

  Run newRun(String experiment) {
    return mlflow
        .createRun(CreateRunRequest.newBuilder().setExperimentId(experiment).build())
        .getRun();
  }

  Run run(String id) {
    return mlflow.getRun(GetRunRequest.newBuilder().setRunId(id).build()).getRun();
  }

  void logMetric(String run, String key, double value, long timeMs, long step) {
    var _ =
        mlflow.logMetric(
            LogMetricRequest.newBuilder()
                .setRunId(run)
                .setKey(key)
                .setValue(value)
                .setTimestamp(timeMs)
                .setStep(step)
                .build());
  }

  static SetTagRequest setTag(String run, String key, String value) {
    return SetTagRequest.newBuilder().setRunId(run).setKey(key).setValue(value).build();
  }

  static Metric metric(String key, double value, long timeMs, long step) {
    return Metric.newBuilder()
        .setKey(key)
        .setValue(value)
        .setTimestamp(timeMs)
        .setStep(step)
        .build();
  }

  static Tag tag(String key, String value) {
    return Tag.newBuilder().setKey(key).setValue(value).build();
  }
}
