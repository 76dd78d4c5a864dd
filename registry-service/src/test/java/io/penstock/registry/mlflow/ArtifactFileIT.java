package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.DATA_LOSS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.proto.event.v1.AlertEvent;
import io.penstock.proto.event.v1.AlertState;
import io.penstock.proto.mlflow.v1.DownloadFileRequest;
import io.penstock.proto.mlflow.v1.DownloadFileResponse;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactFileIT {

  private static final int MAX_SIZE = 3_000_000;

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString())
          .with("penstock.files.max-size", MAX_SIZE);

  private FileClient ada;
  private String root;

  @BeforeEach
  void connect() {
    ada = FileClient.of(registry, "ada");
    root = RegistryClient.unique("0/run");
  }

  @Test
  void upload_andDownload_giveTheSameBytes() throws Exception {
    var bytes = bytes(2_500_000, 1);
    var stored = ada.upload(root + "/model/weights.bin", bytes);

    assertThat(stored.getSha256()).isEqualTo(sha256(bytes));
    assertThat(stored.getFileSize()).isEqualTo(bytes.length);
    assertThat(ada.download(root + "/model/weights.bin")).isEqualTo(bytes);
    assertThat(first(root + "/model/weights.bin"))
        .satisfies(
            metadata -> {
              assertThat(metadata.getFileName()).isEqualTo("weights.bin");
              assertThat(metadata.getFileSize()).isEqualTo(bytes.length);
              assertThat(metadata.getSha256()).isEqualTo(sha256(bytes));
            });
  }

  @Test
  void upload_ofNothing_isAFileToo() {
    ada.upload(root + "/empty", new byte[0]);
    assertThat(ada.download(root + "/empty")).isEmpty();
    assertThat(first(root + "/empty").getFileSize()).isZero();
  }

  @Test
  void upload_overAName_replacesIt() {
    ada.upload(root + "/a", text("first"));
    ada.upload(root + "/a", text("second"));
    assertThat(ada.download(root + "/a")).isEqualTo(text("second"));
    assertThat(ada.names(root)).containsExactly("a");
  }

  @Test
  void upload_withADigest_isKeptOnlyWhereItFits() throws Exception {
    ada.upload(root + "/a", sha256(text("x")), text("x"));
    assertThatThrownBy(() -> ada.upload(root + "/a", sha256(text("x")), text("y")))
        .satisfies(Failures.with(INVALID_ARGUMENT, "ARTIFACT_DIGEST_MISMATCH"));
    assertThat(ada.download(root + "/a")).isEqualTo(text("x"));
  }

  @Test
  void upload_beyondTheLimit_leavesNothing() {
    assertThatThrownBy(() -> ada.upload(root + "/a", bytes(MAX_SIZE + 1, 2)))
        .satisfies(Failures.with(INVALID_ARGUMENT, "ARTIFACT_TOO_LARGE"));
    assertThat(ada.names(root)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "/etc/passwd", "a//b", "a\\b", "%2e%2e/x", "a#b"})
  void everyCall_withAPathThatLeadsOut_isRefusedInMlflowsWords(String path) {
    var refused =
        Failures.with(
            INVALID_ARGUMENT,
            "INVALID_PATH",
            status -> assertThat(status.message()).isEqualTo("Invalid path"));
    assertThatThrownBy(() -> ada.upload(path, text("x"))).satisfies(refused);
    assertThatThrownBy(() -> ada.download(path)).satisfies(refused);
    assertThatThrownBy(() -> ada.delete(path)).satisfies(refused);
    assertThatThrownBy(() -> ada.list(path)).satisfies(refused);
    assertThatThrownBy(() -> ada.begin(path, "x", 1)).satisfies(refused);
  }

  @Test
  void delete_ofTheRoot_isRefused() {
    assertThatThrownBy(() -> ada.delete(""))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_PATH"));
  }

  @Test
  void upload_whereAFileIsInTheWay_isRefused() {
    ada.upload(root + "/a", text("file"));
    assertThatThrownBy(() -> ada.upload(root + "/a/b", text("x")))
        .satisfies(Failures.with(FAILED_PRECONDITION, "PATH_TAKEN"));
    ada.upload(root + "/d/e", text("file"));
    assertThatThrownBy(() -> ada.upload(root + "/d", text("x")))
        .satisfies(Failures.with(FAILED_PRECONDITION, "PATH_TAKEN"));
  }

  @Test
  void list_tellsWhatLiesDirectlyInADirectory() {
    for (var file : List.of("m/x/1", "m/x/2", "m-1", "a", "z", "m/y", "ü/1", "🐈", "m0/1")) {
      ada.upload(root + "/" + file, text(file));
    }
    assertThat(ada.names(root)).containsExactly("a", "m/", "m-1", "m0/", "z", "ü/", "🐈");
    assertThat(ada.names(root + "/m/")).containsExactly("x/", "y");
    assertThat(ada.names(root + "/a")).isEmpty();
    assertThat(ada.names(root + "/nowhere")).isEmpty();
    assertThat(ada.list(root).getFirst())
        .satisfies(
            file -> {
              assertThat(file.getFileSize()).isEqualTo(1);
              assertThat(file.getSha256()).hasSize(64);
            });
    assertThat(ada.list(root).get(1).hasFileSize()).isFalse();
  }

  @Test
  void delete_takesAFileOrEverythingBelow() {
    for (var file : List.of("d/1", "d/e/2", "d-1", "d0")) {
      ada.upload(root + "/" + file, text(file));
    }
    ada.delete(root + "/d/");
    assertThat(ada.names(root)).containsExactly("d-1", "d0");
    ada.delete(root + "/d0");
    assertThat(ada.names(root)).containsExactly("d-1");
    assertThatThrownBy(() -> ada.delete(root + "/d0"))
        .satisfies(Failures.with(NOT_FOUND, "FILE_NOT_FOUND"));
    assertThatThrownBy(() -> ada.download(root + "/d0"))
        .satisfies(Failures.with(NOT_FOUND, "RESOURCE_DOES_NOT_EXIST"));
  }

  @Test
  void listArtifacts_isRelativeToTheRun() {
    var run = RegistryClient.of(registry, "ada").newRun().getName().split("/");
    var below = "%s/%s/artifacts".formatted(run[1], run[3]);
    ada.upload(below + "/model/MLmodel", text("x"));
    ada.upload(below + "/plot.png", text("y"));

    var listed = ada.ofRun(run[3], "");
    assertThat(listed.getRootUri()).isEqualTo("mlflow-artifacts:/" + below);
    assertThat(listed.getFilesList()).extracting("path").containsExactly("model", "plot.png");
    assertThat(ada.ofRun(run[3], "model").getFilesList())
        .extracting("path")
        .containsExactly("model/MLmodel");
    assertThat(
            ada.download(
                DownloadFileRequest.newBuilder().setRunId(run[3]).setPath("plot.png").build()))
        .isEqualTo(text("y"));
  }

  @Test
  void listArtifacts_ofNoRun_saysSoInMlflowsWords() {
    assertThatThrownBy(() -> ada.ofRun("nobody", ""))
        .satisfies(
            Failures.with(
                NOT_FOUND,
                "RESOURCE_DOES_NOT_EXIST",
                status -> assertThat(status.message()).isEqualTo("Run with id=nobody not found")));
  }

  @Test
  void listArtifacts_ofARunElsewhere_saysWhere() {
    var run = RegistryClient.of(registry, "ada").newRun().getName().split("/")[3];
    jdbi()
        .useHandle(
            h -> h.execute("update run set artifact_uri = 's3://b/x' where run_id = ?", run));
    assertThatThrownBy(() -> ada.ofRun(run, ""))
        .satisfies(
            Failures.with(
                FAILED_PRECONDITION,
                "FILES_ELSEWHERE",
                status -> assertThat(status.message()).contains("s3://b/x")));
  }

  @Test
  void upload_ofAZipBomb_isBytesAsAnyOther() throws IOException {
    var zip = new ByteArrayOutputStream();
    try (var out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("../../../../etc/zeros"));
      out.write(new byte[100_000_000]);
    }
    ada.upload(root + "/bomb.zip", zip.toByteArray());
    assertThat(zip.size()).isLessThan(200_000);
    assertThat(ada.download(root + "/bomb.zip")).isEqualTo(zip.toByteArray());
    assertThat(ada.names(root)).containsExactly("bomb.zip");
  }

  @Test
  void download_ofASmallAlteredFile_givesNothing_andRaisesOneAlarm() throws Exception {
    var alerts = new CopyOnWriteArrayList<AlertEvent>();
    var log = registry.bean(EventLog.class);
    try (var _ =
        log.subscribe(
            Topics.ALERTS,
            "test-" + root,
            batch -> {
              for (var stored : batch) {
                alerts.add(AlertEvent.parseFrom(stored.event().payload()));
              }
            })) {
      var bytes = bytes(1_000, 7);
      ada.upload(root + "/a", bytes);
      flip(bytes);
      for (int times = 0; times < 3; times++) {
        assertThatThrownBy(() -> first(root + "/a"))
            .satisfies(Failures.with(DATA_LOSS, "ARTIFACT_CORRUPT"));
      }
      ada.upload(root + "/a", bytes);
      assertThat(ada.download(root + "/a")).isEqualTo(bytes);
      Eventually.become(Duration.ofSeconds(20), () -> of(alerts, bytes).size() == 2);
      assertThat(of(alerts, bytes))
          .extracting(AlertEvent::getState)
          .containsExactly(AlertState.ALERT_STATE_FIRING, AlertState.ALERT_STATE_RESOLVED);
    }
  }

  private static List<AlertEvent> of(List<AlertEvent> alerts, byte[] bytes) {
    var name = "artifacts/" + sha256(bytes);
    return alerts.stream()
        .filter(alert -> alert.getDetailsOrDefault("artifact", "").equals(name))
        .toList();
  }

  @Test
  void download_ofALargeAlteredFile_neverEndsWhole() throws Exception {
    var bytes = bytes(1 << 20, 8);
    ada.upload(root + "/a", bytes);
    flip(bytes);
    var got = new ByteArrayOutputStream();
    assertThatThrownBy(
            () ->
                ada.blocking
                    .downloadFile(DownloadFileRequest.newBuilder().setPath(root + "/a").build())
                    .forEachRemaining(part -> got.writeBytes(part.getChunk().toByteArray())))
        .satisfies(Failures.with(DATA_LOSS, "ARTIFACT_CORRUPT"));
    assertThat(got.size()).isLessThan(bytes.length);
  }

  @Test
  void multipart_makesOneFileOfItsParts() throws Exception {
    var parts = List.of(bytes(700_000, 20), bytes(700_000, 21), bytes(1_000, 22));
    var upload = ada.begin(root + "/model", "/tmp/x/weights.bin", 3);
    assertThat(upload.getCredentialsList())
        .extracting("url")
        .contains("/api/2.0/mlflow-artifacts/mpu/parts/" + upload.getUploadId() + "/1");
    var etags = List.of("", "", "").toArray(String[]::new);
    for (int number : new int[] {3, 1, 2, 1}) {
      etags[number - 1] =
          '"' + ada.uploadPart(upload.getUploadId(), number, parts.get(number - 1)) + '"';
    }
    assertThat(ada.names(root)).isEmpty();
    ada.complete(upload.getUploadId(), root + "/model", "weights.bin", List.of(etags));

    var whole = new ByteArrayOutputStream();
    parts.forEach(whole::writeBytes);
    assertThat(ada.download(root + "/model/weights.bin")).isEqualTo(whole.toByteArray());
    assertThat(ada.names(root + "/model")).containsExactly("weights.bin");
  }

  @Test
  void multipart_isCompletedOnlyWithItsParts() {
    var id = ada.begin(root, "f", 2).getUploadId();
    var one = ada.uploadPart(id, 1, text("1"));
    var invalid = Failures.with(INVALID_ARGUMENT, "PARTS_INVALID");
    assertThatThrownBy(() -> ada.complete(id, root, "f", List.of(one))).satisfies(invalid);
    var two = ada.uploadPart(id, 2, text("2"));
    assertThatThrownBy(() -> ada.complete(id, root, "f", List.of(one))).satisfies(invalid);
    assertThatThrownBy(() -> ada.complete(id, root, "f", List.of(two, one))).satisfies(invalid);
    assertThatThrownBy(() -> ada.complete(id, root, "f", List.of(one, two, one)))
        .satisfies(invalid);
    assertThatThrownBy(() -> ada.complete(id, root, "g", List.of(one, two)))
        .satisfies(Failures.with(NOT_FOUND, "MULTIPART_UPLOAD_NOT_FOUND"));
    assertThatThrownBy(() -> ada.uploadPart(id, 3, text("3"))).satisfies(invalid);
    ada.complete(id, root, "f", List.of(one, two));
    assertThatThrownBy(() -> ada.complete(id, root, "f", List.of(one, two)))
        .satisfies(Failures.with(NOT_FOUND, "MULTIPART_UPLOAD_NOT_FOUND"));
    assertThat(ada.download(root + "/f")).isEqualTo(text("12"));
  }

  @Test
  void multipart_ofAnAlteredPart_isRefused() throws Exception {
    var id = ada.begin(root, "f", 1).getUploadId();
    var etag = ada.uploadPart(id, 1, bytes(5_000, 30));
    flip(bytes(5_000, 30));
    assertThatThrownBy(() -> ada.complete(id, root, "f", List.of(etag)))
        .satisfies(Failures.with(DATA_LOSS, "ARTIFACT_CORRUPT"));
    assertThat(ada.names(root)).isEmpty();
  }

  @Test
  void multipart_beyondTheLimit_isRefusedAtThePart() {
    var id = ada.begin(root, "f", 2).getUploadId();
    ada.uploadPart(id, 1, bytes(2_000_000, 31));
    assertThatThrownBy(() -> ada.uploadPart(id, 2, bytes(1_000_001, 32)))
        .satisfies(Failures.with(INVALID_ARGUMENT, "ARTIFACT_TOO_LARGE"));
  }

  private DownloadFileResponse first(String path) {
    return ada.blocking.downloadFile(DownloadFileRequest.newBuilder().setPath(path).build()).next();
  }

  private static void flip(byte[] stored) throws IOException {
    var hex = sha256(stored);
    var file =
        directory
            .resolve("sha256")
            .resolve(hex.substring(0, 2))
            .resolve(hex.substring(2, 4))
            .resolve(hex);
    var spoilt = stored.clone();
    spoilt[spoilt.length / 2] ^= 1;
    Files.delete(file);
    Files.write(file, spoilt);
  }

  private static Jdbi jdbi() {
    return registry.bean(Jdbi.class);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(int size, long seed) {
    var bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
