package io.penstock.registry.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc.ModelRegistryServiceBlockingStub;
import io.penstock.proto.mlflow.v1.TransitionModelVersionStageRequest;
import io.penstock.proto.registry.v1.ListStageChangesRequest;
import io.penstock.proto.registry.v1.ListStagedVersionsRequest;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.Stage;
import io.penstock.proto.registry.v1.StageServiceGrpc;
import io.penstock.proto.registry.v1.StageServiceGrpc.StageServiceBlockingStub;
import io.penstock.proto.registry.v1.StagedVersion;
import io.penstock.registry.FakePeers;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class StageHistoryIT {

  private static final int VERSIONS = 5;
  private static final int MOVES = 120;
  private static final List<String> STAGES = List.of("None", "Staging", "Production", "Archived");

  @RegisterExtension static final FakePeers peers = FakePeers.start();

  @TempDir private static Path directory;

  @RegisterExtension static final ServiceExtension registry = peers.registry(() -> directory);

  private RegistryClient ada;
  private StageServiceBlockingStub stages;
  private ModelRegistryServiceBlockingStub models;

  @BeforeEach
  void connect() {
    peers.pass();
    ada = RegistryClient.of(registry, "ada");
    var channel = registry.channel("ada", "ml-engineer");
    stages = StageServiceGrpc.newBlockingStub(channel);
    models = ModelRegistryServiceGrpc.newBlockingStub(channel);
  }

  /// Whatever moves where, what the registry says of any moment is what a witness wrote down then.
  @Test
  void atTime_isWhatAWitnessSaw() {
    long seed = new Random().nextLong();
    System.out.println("StageHistoryIT seed " + seed);
    var random = new Random(seed);
    var model = ada.newModel();
    for (int i = 0; i < VERSIONS; i++) {
      ada.newVersion(model, TestOnnx.logistic(i, 1));
    }
    var seen = new TreeMap<Instant, List<Set<String>>>();
    for (int i = 0; i < MOVES; i++) {
      move(model, 1 + random.nextInt(VERSIONS), random);
      seen.put(lastChange(model), List.of(now(model, "STAGING"), now(model, "PRODUCTION")));
    }
    seen.forEach(
        (time, staged) -> {
          assertThat(at(model, Stage.STAGE_STAGING, time)).isEqualTo(staged.getFirst());
          assertThat(at(model, Stage.STAGE_PRODUCTION, time)).isEqualTo(staged.getLast());
        });
    assertThat(at(model, Stage.STAGE_PRODUCTION, seen.firstKey().minus(Duration.ofSeconds(1))))
        .isEmpty();
  }

  private void move(String model, int number, Random random) {
    var stage = STAGES.get(random.nextInt(STAGES.size()));
    var gated = stage.equals("Staging") || stage.equals("Production");
    var _ =
        models.transitionModelVersionStage(
            TransitionModelVersionStageRequest.newBuilder()
                .setName(model.substring("models/".length()))
                .setVersion(String.valueOf(number))
                .setStage(stage)
                .setArchiveExistingVersions(gated && random.nextBoolean())
                .build());
  }

  // What stands where now, read from the versions themselves.
  private Set<String> now(String model, String stage) {
    return ada
        .models
        .listModelVersions(
            io.penstock.proto.registry.v1.ListModelVersionsRequest.newBuilder()
                .setParent(model)
                .build())
        .getVersionsList()
        .stream()
        .filter(version -> version.getStage() == Stage.valueOf("STAGE_" + stage))
        .map(ModelVersion::getName)
        .collect(Collectors.toSet());
  }

  private Instant lastChange(String model) {
    var changes =
        stages
            .listStageChanges(
                ListStageChangesRequest.newBuilder().setParent(model).setPageSize(1).build())
            .getChangesList();
    return changes.isEmpty() ? Instant.EPOCH : instant(changes.getFirst().getTime());
  }

  private Set<String> at(String model, Stage stage, Instant time) {
    return staged(model, stage, time).stream()
        .map(StagedVersion::getVersion)
        .collect(Collectors.toSet());
  }

  private List<StagedVersion> staged(String model, Stage stage, Instant time) {
    return stages
        .listStagedVersions(
            ListStagedVersionsRequest.newBuilder()
                .setParent(model)
                .setStage(stage)
                .setTime(proto(time))
                .build())
        .getVersionsList();
  }

  @Test
  void atTime_saysWhoPutItThere_onWhichEvidence_andWhatItServed() {
    var model = ada.newModel();
    var first = ada.newProductionVersion(model, TestOnnx.logistic(0, 1));
    ada.deploy(first, Variant.VARIANT_PRIMARY, 100);
    var then =
        instant(
            stages
                .listStageChanges(ListStageChangesRequest.newBuilder().setParent(model).build())
                .getChanges(0)
                .getTime());
    var second = ada.newProductionVersion(model, TestOnnx.logistic(1, 1));
    ada.deploy(second, Variant.VARIANT_CANARY, 20);

    assertThat(at(model, Stage.STAGE_PRODUCTION, then)).containsExactly(first.getName());
    var now = staged(model, Stage.STAGE_PRODUCTION, then.plus(Duration.ofHours(1)));
    assertThat(now)
        .extracting(staged -> staged.getVariant() + " " + staged.getPercent())
        .containsExactly("PRIMARY 80", "CANARY 20");
    var change = now.getFirst().getChange();
    assertThat(change.getChangedBy()).isEqualTo("ada");
    assertThat(change.getPromotion()).startsWith(model + "/promotions/");
    assertThat(change.getGateDecision()).startsWith("gateDecisions/");
  }

  @Test
  void atTime_acrossModels_pages() {
    var expected = new ArrayList<String>();
    for (int i = 0; i < 3; i++) {
      expected.add(ada.newProductionVersion(ada.newModel(), TestOnnx.logistic(i, 1)).getName());
    }
    var found = new ArrayList<String>();
    var token = "";
    do {
      var page =
          stages.listStagedVersions(
              ListStagedVersionsRequest.newBuilder().setPageSize(2).setPageToken(token).build());
      page.getVersionsList().forEach(staged -> found.add(staged.getVersion()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(found).containsAll(expected).doesNotHaveDuplicates();
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  private static Timestamp proto(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
