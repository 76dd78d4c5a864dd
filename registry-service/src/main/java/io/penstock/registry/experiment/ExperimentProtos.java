package io.penstock.registry.experiment;

import com.google.protobuf.Timestamp;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.CreateExperimentRequest;
import io.penstock.proto.registry.v1.CreateRunRequest;
import io.penstock.proto.registry.v1.FinishRunRequest;
import io.penstock.proto.registry.v1.LogRunDataRequest;
import io.penstock.registry.Lifecycle;
import io.penstock.registry.Limits;
import io.penstock.registry.Times;
import io.penstock.registry.dataset.DatasetName;
import io.penstock.registry.lineage.RunLinks;
import io.penstock.registry.metric.MetricPoint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/// Experiments and runs on the wire; whatever comes from there is checked here.
public final class ExperimentProtos {

  private static final int MOST_METRICS = 1000;
  private static final int DISPLAY_NAME = 250;

  // What both protobuf and PostgreSQL can hold.
  private static final long FIRST_SECOND = Instant.parse("0001-01-02T00:00:00Z").getEpochSecond();
  private static final long LAST_SECOND = Instant.parse("9999-12-31T00:00:00Z").getEpochSecond();

  private ExperimentProtos() {}

  static Experiment fromProto(CreateExperimentRequest request, long nowMs, String caller) {
    var problems = new InvalidArguments();
    Limits.chosenId(problems, "experiment_id", request.getExperimentId());
    Limits.text(problems, "description", request.getDescription(), Limits.DESCRIPTION);
    Limits.entries(problems, "tags", request.getTagsMap());
    problems.throwIfAny();
    var id = request.getExperimentId();
    return new Experiment(
        id,
        id,
        request.getDescription(),
        request.getTagsMap(),
        DefaultLocations.ofExperiment(id),
        Lifecycle.ACTIVE,
        nowMs,
        nowMs,
        caller);
  }

  static Run fromProto(CreateRunRequest request, long nowMs, String caller) {
    var experiment = Experiment.idOf("parent", request.getParent());
    var problems = new InvalidArguments();
    Limits.text(problems, "display_name", request.getDisplayName(), DISPLAY_NAME);
    Limits.entries(problems, "tags", request.getTagsMap());
    problems.throwIfAny();
    var id = UUID.randomUUID().toString().replace("-", "");
    return new Run(
        new RunName(experiment, id),
        request.getDisplayName(),
        RunStatus.RUNNING,
        Lifecycle.ACTIVE,
        Map.of(),
        List.of(),
        request.getTagsMap(),
        List.of(),
        RunLinks.NONE,
        // The experiment knows it.
        "",
        nowMs,
        null,
        caller,
        caller);
  }

  static RunEntries fromProto(LogRunDataRequest request, long nowMs) {
    var problems = new InvalidArguments();
    Limits.entries(problems, "params", request.getParamsMap());
    Limits.entries(problems, "tags", request.getTagsMap());
    Limits.count(problems, "inputs", request.getInputsCount());
    problems.addIf(
        request.getMetricsCount() > MOST_METRICS,
        "metrics",
        "has %d points, expected at most %d".formatted(request.getMetricsCount(), MOST_METRICS));
    for (int i = 0; i < request.getMetricsCount(); i++) {
      checkPoint(problems, "metrics[%d]".formatted(i), request.getMetrics(i));
    }
    for (int i = 0; i < request.getInputsCount(); i++) {
      var context = request.getInputs(i).getContext();
      Limits.text(problems, "inputs[%d].context".formatted(i), context, Limits.KEY);
    }
    problems.throwIfAny();
    return new RunEntries(
        request.getParamsMap(),
        points(request, nowMs),
        request.getTagsMap(),
        inputs(request),
        List.of());
  }

  private static void checkPoint(
      InvalidArguments problems, String field, io.penstock.proto.registry.v1.MetricPoint point) {
    Limits.key(problems, field + ".key", point.getKey());
    long seconds = point.getTime().getSeconds();
    problems.addIf(
        seconds < FIRST_SECOND || seconds > LAST_SECOND,
        field + ".time",
        "lies outside the years 1 to 9999");
  }

  private static List<MetricPoint> points(LogRunDataRequest request, long nowMs) {
    return request.getMetricsList().stream()
        .map(
            point ->
                new MetricPoint(
                    point.getKey(),
                    point.getValue(),
                    point.getStep(),
                    point.hasTime() ? millis(point.getTime()) : nowMs))
        .toList();
  }

  private static long millis(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toEpochMilli();
  }

  private static List<RunInput> inputs(LogRunDataRequest request) {
    return IntStream.range(0, request.getInputsCount())
        .mapToObj(
            i ->
                new RunInput(
                    DatasetName.parse(
                        "inputs[%d].dataset".formatted(i), request.getInputs(i).getDataset()),
                    request.getInputs(i).getContext()))
        .toList();
  }

  /// The status that a run ends with.
  static RunStatus fromProto(FinishRunRequest request) {
    return switch (request.getStatus()) {
      case RUN_STATUS_UNSPECIFIED, RUN_STATUS_FINISHED -> RunStatus.FINISHED;
      case RUN_STATUS_FAILED -> RunStatus.FAILED;
      case RUN_STATUS_KILLED -> RunStatus.KILLED;
      case RUN_STATUS_RUNNING, RUN_STATUS_SCHEDULED, UNRECOGNIZED ->
          throw InvalidArguments.of(
              "status",
              "was %d, expected RUN_STATUS_FINISHED, RUN_STATUS_FAILED or RUN_STATUS_KILLED"
                  .formatted(request.getStatusValue()));
    };
  }

  static io.penstock.proto.registry.v1.Experiment toProto(Experiment experiment) {
    return io.penstock.proto.registry.v1.Experiment.newBuilder()
        .setName(experiment.resource())
        .setDescription(experiment.description())
        .putAllTags(experiment.tags())
        .setCreateTime(timestamp(experiment.createMs()))
        .setCreatedBy(experiment.createdBy())
        .build();
  }

  public static io.penstock.proto.registry.v1.Run toProto(Run run) {
    var proto =
        io.penstock.proto.registry.v1.Run.newBuilder()
            .setName(run.name().toString())
            .setDisplayName(run.displayName())
            .setStatus(statusOf(run.status()))
            .putAllParams(run.params())
            .putAllMetrics(run.metricValues())
            .putAllTags(run.tags())
            .addAllInputs(run.inputs().stream().map(ExperimentProtos::toProto).toList())
            .setStartTime(timestamp(run.startMs()))
            .setCreatedBy(run.createdBy());
    if (run.endMs() != null) {
      proto.setEndTime(timestamp(run.endMs()));
    }
    return proto.build();
  }

  static io.penstock.proto.registry.v1.MetricPoint toProto(MetricPoint point) {
    return io.penstock.proto.registry.v1.MetricPoint.newBuilder()
        .setKey(point.key())
        .setValue(point.value())
        .setStep(point.step())
        .setTime(timestamp(point.timeMs()))
        .build();
  }

  // What MLflow clients log may lie beyond what a protobuf timestamp can say.
  private static Timestamp timestamp(long ms) {
    long bounded = Math.clamp(ms, FIRST_SECOND * 1000, LAST_SECOND * 1000);
    return Times.toProto(Instant.ofEpochMilli(bounded));
  }

  private static io.penstock.proto.registry.v1.RunInput toProto(RunInput input) {
    return io.penstock.proto.registry.v1.RunInput.newBuilder()
        .setDataset(input.dataset().toString())
        .setContext(input.context())
        .build();
  }

  private static io.penstock.proto.registry.v1.RunStatus statusOf(RunStatus status) {
    return switch (status) {
      case SCHEDULED -> io.penstock.proto.registry.v1.RunStatus.RUN_STATUS_SCHEDULED;
      case RUNNING -> io.penstock.proto.registry.v1.RunStatus.RUN_STATUS_RUNNING;
      case FINISHED -> io.penstock.proto.registry.v1.RunStatus.RUN_STATUS_FINISHED;
      case FAILED -> io.penstock.proto.registry.v1.RunStatus.RUN_STATUS_FAILED;
      case KILLED -> io.penstock.proto.registry.v1.RunStatus.RUN_STATUS_KILLED;
    };
  }
}
