package io.penstock.registry.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.mlflow.v1.AbortMultipartUploadRequest;
import io.penstock.proto.mlflow.v1.CreateExperimentRequest;
import io.penstock.proto.mlflow.v1.CreateModelVersionRequest;
import io.penstock.proto.mlflow.v1.CreateRunRequest;
import io.penstock.proto.mlflow.v1.DeleteExperimentRequest;
import io.penstock.proto.mlflow.v1.DeleteModelVersionTagRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelAliasRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelTagRequest;
import io.penstock.proto.mlflow.v1.DeleteRunRequest;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.LogModelRequest;
import io.penstock.proto.mlflow.v1.Param;
import io.penstock.proto.mlflow.v1.RenameRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.RestoreExperimentRequest;
import io.penstock.proto.mlflow.v1.RestoreRunRequest;
import io.penstock.proto.mlflow.v1.RunStatus;
import io.penstock.proto.mlflow.v1.SetModelVersionTagRequest;
import io.penstock.proto.mlflow.v1.SetRegisteredModelAliasRequest;
import io.penstock.proto.mlflow.v1.SetRegisteredModelTagRequest;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.proto.mlflow.v1.TransitionModelVersionStageRequest;
import io.penstock.proto.mlflow.v1.UpdateRunRequest;
import io.penstock.proto.registry.v1.ArchiveModelVersionRequest;
import io.penstock.proto.registry.v1.DeployVersionRequest;
import io.penstock.proto.registry.v1.PromoteModelVersionRequest;
import io.penstock.proto.registry.v1.RetireModelVersionRequest;
import io.penstock.proto.registry.v1.RollBackReleaseRequest;
import io.penstock.proto.registry.v1.Stage;
import io.penstock.proto.registry.v1.StageServiceGrpc;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Many callers who do everything at once to a few models, runs and files, against each other.
/// Whoever loses is told why; nobody meets a bug or a deadlock, and what is left fits together.
///
/// `-Dconflicts.seed=42 -Dconflicts.seconds=60`
class ConflictsIT extends ModelsFixture {

  private static final int CALLERS = 24;
  private static final Duration TIME =
      Duration.ofSeconds(Integer.getInteger("conflicts.seconds", 8));

  private static final Set<Code> BUGS =
      EnumSet.of(
          Code.INTERNAL, Code.UNKNOWN, Code.DEADLINE_EXCEEDED, Code.UNAVAILABLE, Code.DATA_LOSS);

  private static final List<String> NAMES = List.of("conflict-a", "conflict-b", "Ünder conflict");
  private static final List<String> ALIASES = List.of("champion", "challenger");
  private static final List<String> STAGES = List.of("Production", "Staging", "Archived", "None");
  private static final List<String> FILES = List.of("m/a", "m/b", "m/sub/c", "m");

  private final long seed = Long.getLong("conflicts.seed", System.nanoTime());
  private final Map<String, String> bugs = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> outcomes = new ConcurrentHashMap<>();
  private final List<String> runs = new ArrayList<>();
  private final List<String> uploads = new CopyOnWriteArrayList<>();
  private TrackingServiceGrpc.TrackingServiceBlockingStub tracking;
  private StageServiceGrpc.StageServiceBlockingStub stages;
  private FileClient files;
  private String experiment;

  /// Versions that were acknowledged, by the name that their model had then.
  private final List<String> made = new CopyOnWriteArrayList<>();

  @BeforeEach
  void begin() {
    System.out.println("conflicts.seed=" + seed);
    var channel = registry.channel("ada", "admin");
    tracking = TrackingServiceGrpc.newBlockingStub(channel);
    stages = StageServiceGrpc.newBlockingStub(channel);
    files = FileClient.of(registry, "ada");
    experiment =
        tracking
            .createExperiment(CreateExperimentRequest.newBuilder().setName("conflicts").build())
            .getExperimentId();
    for (int i = 0; i < 3; i++) {
      var request = CreateRunRequest.newBuilder().setExperimentId(experiment).build();
      runs.add(tracking.createRun(request).getRun().getInfo().getRunId());
    }
    NAMES.subList(0, 2).forEach(this::create);
  }

  @Test
  void everythingAtOnce() throws Exception {
    long end = System.nanoTime() + TIME.toNanos();
    List<Callable<Void>> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      var caller = new Caller(new SplittableRandom(seed + i));
      callers.add(() -> caller.until(end));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(callers)) {
        done.get();
      }
    }
    System.out.println(new TreeMap<>(outcomes));
    assertThat(bugs).as("seed %d", seed).isEmpty();
    assertThat(made).isNotEmpty();
    new FittingRows(registry.bean(Jdbi.class), files).check();
  }

  private final class Caller {

    private final SplittableRandom random;

    Caller(SplittableRandom random) {
      this.random = random;
    }

    Void until(long end) {
      while (System.nanoTime() < end) {
        switch (random.nextInt(6)) {
          case 0, 1 -> registered();
          case 2 -> released();
          case 3 -> tracked();
          default -> moved();
        }
      }
      return null;
    }

    private <T> T of(List<T> choices) {
      return choices.get(random.nextInt(choices.size()));
    }

    private String number() {
      return Integer.toString(1 + random.nextInt(Math.max(1, Math.min(12, made.size()))));
    }

    private void registered() {
      var name = of(NAMES);
      switch (random.nextInt(14)) {
        case 0, 1, 2 -> attempt("createVersion", () -> createVersion(name, "s3://bucket/x"));
        case 3, 4 ->
            attempt("createVersionOfFiles", () -> createVersion(name, "runs:/" + of(runs) + "/m"));
        case 5 -> attempt("setAlias", () -> setAlias(name));
        case 6 -> attempt("deleteAlias", () -> deleteAlias(name));
        case 7, 8 -> attempt("transition", () -> transition(name));
        case 9 -> attempt("deleteVersion", () -> deleteOne(name));
        case 10 -> attempt("rename", () -> rename(name, of(NAMES)));
        case 11 -> attempt("tagVersion", () -> tagVersion(name));
        case 12 -> attempt("tagModel", () -> tagModel(name));
        default -> {
          if (random.nextInt(4) == 0) {
            attempt("deleteModel", () -> deleteModel(name));
          }
          attempt("createModel", () -> create(name));
        }
      }
    }

    private Object createVersion(String name, String source) {
      var request = CreateModelVersionRequest.newBuilder().setName(name).setSource(source);
      if (random.nextBoolean()) {
        request.setRunId(of(runs)).addTags(tag("a", "1"));
      }
      var version = models.createModelVersion(request.build()).getModelVersion();
      made.add(version.getVersion());
      return version;
    }

    private Object setAlias(String name) {
      return models.setRegisteredModelAlias(
          SetRegisteredModelAliasRequest.newBuilder()
              .setName(name)
              .setAlias(of(ALIASES))
              .setVersion(number())
              .build());
    }

    private Object deleteAlias(String name) {
      return models.deleteRegisteredModelAlias(
          DeleteRegisteredModelAliasRequest.newBuilder()
              .setName(name)
              .setAlias(of(ALIASES))
              .build());
    }

    private Object transition(String name) {
      return models.transitionModelVersionStage(
          TransitionModelVersionStageRequest.newBuilder()
              .setName(name)
              .setVersion(number())
              .setStage(of(STAGES))
              .setArchiveExistingVersions(random.nextBoolean())
              .build());
    }

    private Object rename(String name, String newName) {
      return models.renameRegisteredModel(
          RenameRegisteredModelRequest.newBuilder().setName(name).setNewName(newName).build());
    }

    private Object deleteOne(String name) {
      deleteVersion(name, number());
      return name;
    }

    private Object deleteModel(String name) {
      return models.deleteRegisteredModel(
          DeleteRegisteredModelRequest.newBuilder().setName(name).build());
    }

    private Object tagVersion(String name) {
      return random.nextBoolean()
          ? models.setModelVersionTag(
              SetModelVersionTagRequest.newBuilder()
                  .setName(name)
                  .setVersion(number())
                  .setKey(of(ALIASES))
                  .setValue("x")
                  .build())
          : models.deleteModelVersionTag(
              DeleteModelVersionTagRequest.newBuilder()
                  .setName(name)
                  .setVersion(number())
                  .setKey(of(ALIASES))
                  .build());
    }

    private Object tagModel(String name) {
      return random.nextBoolean()
          ? models.setRegisteredModelTag(
              SetRegisteredModelTagRequest.newBuilder()
                  .setName(name)
                  .setKey(of(ALIASES))
                  .setValue(number())
                  .build())
          : models.deleteRegisteredModelTag(
              DeleteRegisteredModelTagRequest.newBuilder()
                  .setName(name)
                  .setKey(of(ALIASES))
                  .build());
    }

    private void released() {
      var model = of(List.of("conflict-a", "conflict-b"));
      var version = "models/%s/versions/%s".formatted(model, number());
      switch (random.nextInt(7)) {
        case 0, 1 -> attempt("promote", () -> promote(version));
        case 2 -> attempt("archive", () -> archive(version));
        case 3 -> attempt("retire", () -> retire(version));
        case 4, 5 -> attempt("deploy", () -> deploy("releases/" + model, version));
        default -> attempt("rollBack", () -> rollBack("releases/" + model));
      }
    }

    private Object promote(String version) {
      return ada.models.promoteModelVersion(
          PromoteModelVersionRequest.newBuilder()
              .setName(version)
              .setTargetStage(random.nextBoolean() ? Stage.STAGE_PRODUCTION : Stage.STAGE_STAGING)
              .build());
    }

    private Object archive(String version) {
      return ada.models.archiveModelVersion(
          ArchiveModelVersionRequest.newBuilder().setName(version).build());
    }

    private Object retire(String version) {
      return stages.retireModelVersion(
          RetireModelVersionRequest.newBuilder().setName(version).setReason("old").build());
    }

    private Object deploy(String release, String version) {
      return ada.releases.deployVersion(
          DeployVersionRequest.newBuilder()
              .setName(release)
              .setVersion(version)
              .setVariant(Variant.VARIANT_PRIMARY)
              .build());
    }

    private Object rollBack(String release) {
      return ada.releases.rollBackRelease(
          RollBackReleaseRequest.newBuilder().setName(release).setComment("bad").build());
    }

    private void tracked() {
      var run = of(runs);
      switch (random.nextInt(9)) {
        case 0, 1, 2 -> attempt("logBatch", () -> logBatch(run));
        case 3 -> attempt("deleteRun", () -> tracking.deleteRun(delete(run)));
        case 4 -> attempt("restoreRun", () -> tracking.restoreRun(restore(run)));
        case 5 -> attempt("updateRun", () -> updateRun(run));
        case 6 -> attempt("setTag", () -> tracking.setTag(TrackingFixture.setTag(run, "t", "x")));
        case 7 -> attempt("logModel", () -> logModel(run));
        default -> attempt("experiment", this::experiment);
      }
    }

    private Object logBatch(String run) {
      var batch = LogBatchRequest.newBuilder().setRunId(run);
      // In any order, so that two batches want the same rows in different ones.
      for (int i = 0; i < 5; i++) {
        batch.addMetrics(TrackingFixture.metric("m" + random.nextInt(8), i, i, random.nextInt(5)));
        batch.addTags(tag("t" + random.nextInt(8), "x"));
        batch.addParams(
            Param.newBuilder().setKey("p" + random.nextInt(1_000)).setValue("1").build());
      }
      return tracking.logBatch(batch.build());
    }

    private Object logModel(String run) {
      return tracking.logModel(
          LogModelRequest.newBuilder()
              .setRunId(run)
              .setModelJson(
                  "{\"artifact_path\":\"m\",\"flavors\":{},\"run_id\":\"%s\"}".formatted(run))
              .build());
    }

    private Object updateRun(String run) {
      return tracking.updateRun(
          UpdateRunRequest.newBuilder()
              .setRunId(run)
              .setStatus(random.nextBoolean() ? RunStatus.RUNNING : RunStatus.FINISHED)
              .build());
    }

    private Object experiment() {
      return random.nextInt(3) == 0
          ? tracking.deleteExperiment(
              DeleteExperimentRequest.newBuilder().setExperimentId(experiment).build())
          : tracking.restoreExperiment(
              RestoreExperimentRequest.newBuilder().setExperimentId(experiment).build());
    }

    private void moved() {
      var path = "%s/%s/artifacts/%s".formatted(experiment, of(runs), of(FILES));
      switch (random.nextInt(9)) {
        case 0, 1 -> attempt("upload", () -> files.upload(path, content()));
        case 2 -> attempt("download", () -> files.download(path));
        case 3 -> attempt("delete", () -> deleted(path));
        case 4 -> attempt("beginUpload", () -> begun(path));
        case 5, 6 -> attempt("part", this::part);
        case 7 -> attempt("complete", this::completed);
        default -> attempt("abort", this::aborted);
      }
    }

    private byte[] content() {
      return "content %d".formatted(random.nextInt(4)).getBytes(StandardCharsets.UTF_8);
    }

    private Object deleted(String path) {
      files.delete(path);
      return path;
    }

    private Object begun(String path) {
      int slash = path.lastIndexOf('/');
      var folder = path.substring(0, slash);
      var id = files.begin(folder, path.substring(slash + 1), 2).getUploadId();
      uploads.add(id + " " + path);
      if (uploads.size() > 4) {
        uploads.removeFirst();
      }
      return id;
    }

    private Object part() {
      var upload = of(List.copyOf(uploads)).split(" ")[0];
      return files.uploadPart(upload, 1 + random.nextInt(2), content());
    }

    private Object completed() {
      var upload = of(List.copyOf(uploads)).split(" ");
      int slash = upload[1].lastIndexOf('/');
      var etags =
          List.of(
              files.uploadPart(upload[0], 1, content()), files.uploadPart(upload[0], 2, content()));
      files.complete(
          upload[0], upload[1].substring(0, slash), upload[1].substring(slash + 1), etags);
      return upload;
    }

    private Object aborted() {
      var upload = of(List.copyOf(uploads)).split(" ");
      int slash = upload[1].lastIndexOf('/');
      return files.blocking.abortMultipartUpload(
          AbortMultipartUploadRequest.newBuilder()
              .setUploadId(upload[0])
              .setArtifactPath(upload[1].substring(0, slash))
              .setPath(upload[1].substring(slash + 1))
              .build());
    }

    private void attempt(String what, Callable<Object> call) {
      var code = Code.OK;
      try {
        var _ = call.call();
      } catch (IllegalArgumentException nothingToTakeYet) {
        return;
      } catch (Exception e) {
        var status =
            e instanceof StatusRuntimeException known ? known.getStatus() : Status.fromThrowable(e);
        code = status.getCode();
        if (BUGS.contains(code)) {
          bugs.putIfAbsent(what + " " + code, String.valueOf(status));
        }
      }
      outcomes.computeIfAbsent(what + " " + code, it -> new AtomicLong()).incrementAndGet();
    }
  }

  private static DeleteRunRequest delete(String run) {
    return DeleteRunRequest.newBuilder().setRunId(run).build();
  }

  private static RestoreRunRequest restore(String run) {
    return RestoreRunRequest.newBuilder().setRunId(run).build();
  }
}
