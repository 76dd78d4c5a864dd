package io.penstock.registry.dataset;

import static io.grpc.Status.Code.DATA_LOSS;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.kit.failure.FieldViolation;
import io.penstock.proto.registry.v1.CategoryCounts;
import io.penstock.proto.registry.v1.ColumnProfile;
import io.penstock.proto.registry.v1.ColumnShift;
import io.penstock.proto.registry.v1.CompareDatasetsRequest;
import io.penstock.proto.registry.v1.Dataset;
import io.penstock.proto.registry.v1.DatasetComparison;
import io.penstock.proto.registry.v1.DatasetFile;
import io.penstock.proto.registry.v1.DatasetManifest;
import io.penstock.proto.registry.v1.DatasetProfile;
import io.penstock.proto.registry.v1.DatasetUse;
import io.penstock.proto.registry.v1.GetDatasetRequest;
import io.penstock.proto.registry.v1.Histogram;
import io.penstock.proto.registry.v1.ListDatasetUsesRequest;
import io.penstock.proto.registry.v1.ListDatasetUsesResponse;
import io.penstock.proto.registry.v1.ListDatasetsRequest;
import io.penstock.proto.registry.v1.LogRunDataRequest;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.RegisterDatasetRequest;
import io.penstock.proto.registry.v1.Run;
import io.penstock.proto.registry.v1.RunInput;
import io.penstock.proto.registry.v1.SchemaColumn;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class DatasetManifestIT {

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString());

  private RegistryClient ada;
  private String id;

  @BeforeEach
  void connect() {
    ada = RegistryClient.of(registry, "ada");
    id = RegistryClient.unique("flights");
  }

  @Test
  void registerDataset_withManifest_isNamedByItsHash() {
    var backwards = manifest(file("b.csv", "b", 2), file("a.csv", "a", 1));
    var dataset = register(Dataset.newBuilder().setManifest(backwards));

    assertThat(dataset.getName())
        .isEqualTo("datasets/%s/snapshots/%s".formatted(id, dataset.getSha256()));
    assertThat(dataset.getManifest())
        .isEqualTo(manifest(file("a.csv", "a", 1), file("b.csv", "b", 2)));
    assertThat(dataset.getRows()).isEqualTo(3);
    assertThat(get(dataset)).isEqualTo(dataset);
    assertThat(register(Dataset.newBuilder().setManifest(dataset.getManifest())))
        .isEqualTo(dataset);
  }

  @Test
  void listDatasets_leavesManifestsOut() {
    var dataset = register(Dataset.newBuilder().setManifest(manifest(file("a.csv", "a", 1))));
    var listed =
        ada.datasets
            .listDatasets(ListDatasetsRequest.newBuilder().setPageSize(1000).build())
            .getDatasetsList();
    assertThat(listed).contains(dataset.toBuilder().clearManifest().build());
  }

  @Test
  void registerDataset_withAnotherHash_isRefused() {
    var dataset =
        Dataset.newBuilder().setManifest(manifest(file("a.csv", "a", 1))).setSha256("0".repeat(64));
    assertThatThrownBy(() -> register(dataset))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void registerDataset_withCountsThatAreNone_isRefused() {
    for (var column :
        List.of(
            kinds("k", -1, "a", 5),
            bins("b", List.of(0.0), Long.MAX_VALUE, Long.MAX_VALUE),
            bins("b", List.of(0.0), 1, 1).setMissing(Long.MAX_VALUE))) {
      assertThatThrownBy(() -> register(profile(column).setSha256("0".repeat(64))))
          .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    }
  }

  @Test
  void registerDataset_withBadManifest_namesAllProblems() {
    var dataset =
        Dataset.newBuilder()
            .setManifest(
                DatasetManifest.newBuilder()
                    .addFiles(file("../up.csv", "a", 1))
                    .addFiles(file("/root.csv", "a", 1))
                    .addFiles(file("a//b.csv", "a", 1))
                    .addFiles(file("twice.csv", "a", -1))
                    .addFiles(file("twice.csv", "xyz", 1))
                    .addSchema(SchemaColumn.newBuilder().setName(" ")));
    assertThatThrownBy(() -> register(dataset))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status ->
                    assertThat(status.violations())
                        .extracting(FieldViolation::field)
                        .contains(
                            "dataset.manifest.files[0].path",
                            "dataset.manifest.files[1].path",
                            "dataset.manifest.files[2].path",
                            "dataset.manifest.files[3].rows",
                            "dataset.manifest.files[4].path",
                            "dataset.manifest.files[4].sha256",
                            "dataset.manifest.schema[0].name")));
    assertThatThrownBy(
            () -> register(Dataset.newBuilder().setManifest(DatasetManifest.newBuilder())))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void aManifestThatWasAltered_isNotGivenOut() {
    var dataset = register(Dataset.newBuilder().setManifest(manifest(file("a.csv", "a", 1))));
    registry
        .bean(Jdbi.class)
        .useHandle(
            handle ->
                handle.execute(
                    "update dataset set manifest = manifest || ' ' where sha256 = ?",
                    dataset.getSha256()));
    assertThatThrownBy(() -> get(dataset)).satisfies(Failures.with(DATA_LOSS, "ARTIFACT_CORRUPT"));
  }

  @Test
  void compareDatasets_tellsFilesApart() {
    var base =
        register(
            Dataset.newBuilder()
                .setManifest(
                    manifest(
                        file("same.csv", "a", 1),
                        file("changed.csv", "b", 1),
                        file("old.csv", "c", 1),
                        file("gone.csv", "d", 1))));
    var other =
        register(
            Dataset.newBuilder()
                .setManifest(
                    manifest(
                        file("same.csv", "a", 1),
                        file("changed.csv", "e", 2),
                        file("new.csv", "c", 1),
                        file("come.csv", "f", 1))));
    var comparison = compare(base, other);

    assertThat(comparison.getFilesCompared()).isTrue();
    assertThat(comparison.getAddedList()).containsExactly(file("come.csv", "f", 1));
    assertThat(comparison.getRemovedList()).containsExactly(file("gone.csv", "d", 1));
    assertThat(comparison.getChangedList())
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.getBefore()).isEqualTo(file("changed.csv", "b", 1));
              assertThat(change.getAfter()).isEqualTo(file("changed.csv", "e", 2));
            });
    assertThat(comparison.getMovedList())
        .singleElement()
        .satisfies(
            move -> {
              assertThat(move.getBefore().getPath()).isEqualTo("old.csv");
              assertThat(move.getAfter().getPath()).isEqualTo("new.csv");
            });
    assertThat(comparison.getUnchanged()).isEqualTo(1);
  }

  @Test
  void compareDatasets_tellsSchemasApart() {
    var base = register(schema(column("id", "long"), column("delay", "int"), column("gate", "x")));
    var other = register(schema(column("id", "long"), column("delay", "double"), column("a", "x")));
    var changes = compare(base, other).getSchemaChangesList();

    assertThat(changes)
        .extracting(change -> change.getColumn())
        .containsExactly("delay", "gate", "a");
    assertThat(changes.get(0).getAfter().getType()).isEqualTo("double");
    assertThat(changes.get(1).hasAfter()).isFalse();
    assertThat(changes.get(2).hasBefore()).isFalse();
  }

  @Test
  void compareDatasets_measuresHowColumnsMoved() {
    var base =
        register(
            profile(
                bins("distance", List.of(1.0, 2.0), 500, 300, 200).setMissing(250),
                bins("hour", List.of(12.0), 1, 1),
                bins("edges", List.of(1.0), 5, 5),
                kinds("carrier", 10, "AA", 45, "DL", 45),
                kinds("kind", 0, "a", 1),
                bins("only", List.of(), 1)));
    var other =
        register(
            profile(
                bins("distance", List.of(1.0, 2.0), 50, 30, 20),
                bins("hour", List.of(12.0), 0, 0),
                bins("edges", List.of(2.0), 5, 5),
                kinds("carrier", 40, "AA", 50, "UA", 10),
                bins("kind", List.of(), 1)));
    var shifts = compare(base, other).getShiftsList();

    var distance = shift(shifts, "distance");
    assertThat(distance.getPsi()).isCloseTo(0, within(1e-3));
    assertThat(distance.getPsiByChance()).isCloseTo(2 * (1 / 1000.0 + 1 / 100.0), within(1e-12));
    assertThat(distance.getBaseMissing()).isEqualTo(0.2);
    assertThat(distance.getOtherMissing()).isZero();
    // AA 45 → 50, everything else 55 → 50: DL may be among the others now.
    assertThat(shift(shifts, "carrier").getPsi()).isCloseTo(0.0101, within(1e-3));
    assertThat(shift(shifts, "hour").getNotComparable()).isEqualTo("a side has no values");
    assertThat(shift(shifts, "edges").getNotComparable())
        .isEqualTo("the histograms have other edges");
    assertThat(shift(shifts, "kind").getNotComparable())
        .isEqualTo("one side has a histogram, the other one categories");
    assertThat(shift(shifts, "only").getNotComparable())
        .isEqualTo("only one side has a profile of it");
  }

  @Test
  void listDatasetUses_namesRunsAndTheVersionsMadeOfThem() {
    var dataset = register(Dataset.newBuilder().setManifest(manifest(file("a.csv", "a", 1))));
    var run = ada.newRun();
    var _ = read(run, dataset, "training");
    var version =
        ada.register(
            ada.newModel(),
            ModelVersion.newBuilder()
                .setArtifact(ada.upload(TestOnnx.identity(2)).getName())
                .setRun(run.getName())
                .build());
    var _ = read(run, dataset, "test");

    var uses = new ArrayList<DatasetUse>();
    var token = "";
    do {
      var page = uses(dataset.getName(), 2, token);
      uses.addAll(page.getUsesList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    // What the run read afterwards is none of the version's.
    assertThat(uses)
        .containsExactly(
            use(run.getName(), "test"),
            use(run.getName(), "training"),
            use(version.getName(), "training"));
    assertThatThrownBy(() -> uses("datasets/none/snapshots/" + "0".repeat(64), 0, ""))
        .satisfies(Failures.with(NOT_FOUND, "DATASET_NOT_FOUND"));
  }

  private ListDatasetUsesResponse uses(String name, int size, String token) {
    return ada.datasets.listDatasetUses(
        ListDatasetUsesRequest.newBuilder()
            .setName(name)
            .setPageSize(size)
            .setPageToken(token)
            .build());
  }

  private static DatasetUse use(String user, String context) {
    return DatasetUse.newBuilder().setUser(user).setContext(context).build();
  }

  private Run read(Run run, Dataset dataset, String context) {
    return ada.experiments.logRunData(
        LogRunDataRequest.newBuilder()
            .setName(run.getName())
            .addInputs(RunInput.newBuilder().setDataset(dataset.getName()).setContext(context))
            .build());
  }

  private Dataset register(Dataset.Builder dataset) {
    return ada.datasets.registerDataset(
        RegisterDatasetRequest.newBuilder().setDataset(dataset.setDatasetId(id)).build());
  }

  private Dataset get(Dataset dataset) {
    return ada.datasets.getDataset(
        GetDatasetRequest.newBuilder().setName(dataset.getName()).build());
  }

  private DatasetComparison compare(Dataset base, Dataset other) {
    return ada.datasets.compareDatasets(
        CompareDatasetsRequest.newBuilder()
            .setBase(base.getName())
            .setOther(other.getName())
            .build());
  }

  private static DatasetManifest manifest(DatasetFile... files) {
    return DatasetManifest.newBuilder().addAllFiles(List.of(files)).build();
  }

  private static DatasetFile file(String path, String content, int rows) {
    return DatasetFile.newBuilder()
        .setPath(path)
        .setSha256(content.repeat(64).substring(0, 64))
        .setSizeBytes(10)
        .setRows(rows)
        .build();
  }

  private static Dataset.Builder schema(SchemaColumn... columns) {
    return Dataset.newBuilder()
        .setManifest(manifest(file("a.csv", "a", 1)).toBuilder().addAllSchema(List.of(columns)));
  }

  private static SchemaColumn column(String name, String type) {
    return SchemaColumn.newBuilder().setName(name).setType(type).build();
  }

  private static Dataset.Builder profile(ColumnProfile.Builder... columns) {
    var profile = DatasetProfile.newBuilder();
    for (var column : columns) {
      profile.addColumns(column);
    }
    return Dataset.newBuilder()
        .setSha256("%064x".formatted(profile.build().hashCode() & 0xffffffffL))
        .setProfile(profile);
  }

  private static ColumnProfile.Builder bins(String name, List<Double> edges, long... counts) {
    var histogram = Histogram.newBuilder().addAllEdges(edges);
    for (long count : counts) {
      histogram.addCounts(count);
    }
    return ColumnProfile.newBuilder().setName(name).setHistogram(histogram);
  }

  private static ColumnProfile.Builder kinds(String name, long other, Object... counts) {
    var categories = CategoryCounts.newBuilder().setOther(other);
    for (int i = 0; i < counts.length; i += 2) {
      categories.putCounts((String) counts[i], ((Integer) counts[i + 1]).longValue());
    }
    return ColumnProfile.newBuilder().setName(name).setCategories(categories);
  }

  private static ColumnShift shift(List<ColumnShift> shifts, String column) {
    return shifts.stream().filter(it -> it.getColumn().equals(column)).findFirst().orElseThrow();
  }
}
