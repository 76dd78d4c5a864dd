package io.penstock.registry.artifact;

import static io.grpc.Status.Code.DATA_LOSS;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.penstock.proto.registry.v1.Artifact;
import io.penstock.proto.registry.v1.ArtifactServiceGrpc;
import io.penstock.proto.registry.v1.GetArtifactRequest;
import io.penstock.proto.registry.v1.UploadArtifactRequest;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactIT {

  private static final int MAX_SIZE = 3_000_000;

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString())
          .with("penstock.artifacts.max-size", MAX_SIZE);

  private RegistryClient ada;

  @BeforeEach
  void connect() {
    ada = RegistryClient.of(registry, "ada");
  }

  @Test
  void upload_andDownload_giveTheSameBytes() {
    var bytes = bytes(2_500_000, 1);
    var artifact = ada.upload(bytes);

    assertThat(artifact.getName())
        .isEqualTo("artifacts/" + ArtifactStoreContract.digestOf(bytes).hex());
    assertThat(artifact.getSizeBytes()).isEqualTo(bytes.length);
    assertThat(artifact.getMediaType()).isEqualTo("application/onnx");
    assertThat(artifact.getCreatedBy()).isEqualTo("ada");
    assertThat(get(artifact.getName())).isEqualTo(artifact);
    assertThat(ada.download(artifact.getName())).isEqualTo(bytes);
  }

  @Test
  void upload_ofTheSameBytes_givesTheFirstArtifact() {
    var first = ada.upload(bytes(100, 2));
    assertThat(RegistryClient.of(registry, "grace").upload(bytes(100, 2))).isEqualTo(first);
  }

  @Test
  void upload_withTheRightDigest_isKept() {
    var bytes = bytes(100, 3);
    var hex = ArtifactStoreContract.digestOf(bytes).hex();
    assertThat(ada.upload(hex, bytes).getName()).isEqualTo("artifacts/" + hex);
  }

  @Test
  void upload_withAnotherDigest_storesNothing() throws IOException {
    var bytes = bytes(100, 4);
    var declared = "0".repeat(64);
    assertThatThrownBy(() -> ada.upload(declared, bytes))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "ARTIFACT_DIGEST_MISMATCH",
                status -> assertThat(status.violations().getFirst().field()).isEqualTo("sha256")));
    assertMissing(bytes);
  }

  @Test
  void upload_beyondTheLimit_storesNothing() throws IOException {
    var bytes = bytes(MAX_SIZE + 1, 5);
    assertThatThrownBy(() -> ada.upload(bytes))
        .satisfies(Failures.with(INVALID_ARGUMENT, "ARTIFACT_TOO_LARGE"));
    assertMissing(bytes);
  }

  @Test
  void upload_ofADigestThatIsNone_namesTheField() {
    assertThatThrownBy(() -> ada.upload("../../etc/passwd", bytes(10, 6)))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status -> assertThat(status.violations().getFirst().field()).isEqualTo("sha256")));
  }

  @Test
  void upload_thatTheCallerBreaksOff_leavesNothing() throws Exception {
    var uploads =
        ArtifactServiceGrpc.newStub(registry.channel("ada", "data-scientist"))
            .uploadArtifact(ignoring());
    var chunk = ByteString.copyFrom(bytes(1000, 7));
    uploads.onNext(UploadArtifactRequest.newBuilder().setChunk(chunk).build());
    Eventually.become(Duration.ofSeconds(10), () -> !unfinished().isEmpty());
    uploads.onError(new RuntimeException("gone"));
    Eventually.become(Duration.ofSeconds(10), () -> unfinished().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"artifacts/..", "artifacts/../../etc/passwd", "artifacts/ABC", "x"})
  void get_ofAStrangeName_namesTheField(String name) {
    assertThatThrownBy(() -> get(name))
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status -> assertThat(status.violations().getFirst().field()).isEqualTo("name")));
  }

  @Test
  void download_ofAFlippedBit_endsAsDataLoss() throws IOException {
    var bytes = bytes(600_000, 8);
    var artifact = ada.upload(bytes);
    var spoilt = bytes.clone();
    spoilt[300_000] ^= 1;
    overwrite(bytes, spoilt);
    assertCorrupt(artifact);
  }

  @Test
  void download_ofATruncatedFile_endsAsDataLoss() throws IOException {
    var bytes = bytes(600_000, 9);
    var artifact = ada.upload(bytes);
    overwrite(bytes, Arrays.copyOf(bytes, 1000));
    assertCorrupt(artifact);
  }

  @Test
  void download_ofBytesThatAreGone_endsAsDataLoss() throws IOException {
    var bytes = bytes(1000, 10);
    var artifact = ada.upload(bytes);
    Files.delete(path(bytes));
    assertCorrupt(artifact);
  }

  @Test
  void upload_overCorruptBytes_healsThem() throws IOException {
    var bytes = bytes(1000, 11);
    var artifact = ada.upload(bytes);
    overwrite(bytes, new byte[10]);
    ada.upload(bytes);
    assertThat(ada.download(artifact.getName())).isEqualTo(bytes);
  }

  private void assertCorrupt(Artifact artifact) {
    assertThatThrownBy(() -> ada.download(artifact.getName()))
        .satisfies(
            Failures.with(
                DATA_LOSS,
                "ARTIFACT_CORRUPT",
                status ->
                    assertThat(status.metadata()).containsEntry("resource", artifact.getName())));
  }

  private void assertMissing(byte[] bytes) throws IOException {
    var name = ArtifactStoreContract.digestOf(bytes).name();
    assertThatThrownBy(() -> get(name)).satisfies(Failures.with(NOT_FOUND, "ARTIFACT_NOT_FOUND"));
    assertThat(path(bytes)).doesNotExist();
    assertThat(unfinished()).isEmpty();
  }

  private Artifact get(String name) {
    return ada.artifacts.getArtifact(GetArtifactRequest.newBuilder().setName(name).build());
  }

  private static void overwrite(byte[] original, byte[] spoilt) throws IOException {
    Files.delete(path(original));
    Files.write(path(original), spoilt);
  }

  private static Path path(byte[] bytes) {
    var hex = ArtifactStoreContract.digestOf(bytes).hex();
    return directory
        .resolve("sha256")
        .resolve(hex.substring(0, 2))
        .resolve(hex.substring(2, 4))
        .resolve(hex);
  }

  private static List<Path> unfinished() throws IOException {
    try (var files = Files.walk(directory.resolve("uploads"))) {
      return files.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).toList();
    }
  }

  private static byte[] bytes(int size, long seed) {
    var bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static <T> StreamObserver<T> ignoring() {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {}

      @Override
      public void onError(Throwable cause) {}

      @Override
      public void onCompleted() {}
    };
  }
}
