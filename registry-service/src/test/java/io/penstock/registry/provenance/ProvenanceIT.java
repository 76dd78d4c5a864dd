package io.penstock.registry.provenance;

import static io.grpc.Status.Code.DATA_LOSS;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.util.JsonFormat;
import io.penstock.proto.registry.v1.AddModelSignatureRequest;
import io.penstock.proto.registry.v1.Dependency;
import io.penstock.proto.registry.v1.GetModelBomRequest;
import io.penstock.proto.registry.v1.GetSigningKeyRequest;
import io.penstock.proto.registry.v1.ListModelSignaturesRequest;
import io.penstock.proto.registry.v1.ModelSignature;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.ProvenanceServiceGrpc;
import io.penstock.proto.registry.v1.ProvenanceServiceGrpc.ProvenanceServiceBlockingStub;
import io.penstock.proto.registry.v1.SignModelVersionRequest;
import io.penstock.proto.registry.v1.Stage;
import io.penstock.proto.registry.v1.Verification;
import io.penstock.proto.registry.v1.VerifyModelVersionRequest;
import io.penstock.registry.FakePeers;
import io.penstock.registry.RegistryClient;
import io.penstock.registry.StoredBytes;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceIT {

  private static final FakePeers peers = FakePeers.start();

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString())
          .with("penstock.peers.governance", peers.address());

  private RegistryClient ada;
  private ProvenanceServiceBlockingStub provenance;
  private byte[] bytes;
  private ModelVersion version;

  @BeforeEach
  void register() {
    ada = RegistryClient.of(registry, "ada");
    provenance =
        ProvenanceServiceGrpc.newBlockingStub(
            registry.channel("ada", "data-scientist", "ml-engineer"));
    bytes = TestOnnx.logistic(System.nanoTime() % 1000, 1);
    version = ada.newVersion(ada.newModel(), bytes);
  }

  @AfterAll
  static void stop() {
    peers.close();
  }

  @Test
  void sign_makesASignatureThatVerifies_once() {
    var signature = sign();
    assertThat(signature.getKeyId())
        .isEqualTo(provenance.getSigningKey(GetSigningKeyRequest.getDefaultInstance()).getKeyId());
    assertThat(signature.getCreatedBy()).isEqualTo("ada");
    assertThat(sign()).isEqualTo(signature);
    assertThat(signatures()).containsExactly(signature);

    var verification = verify();
    assertThat(verification.getIntact()).isTrue();
    assertThat(verification.getFiles(0).getPath()).isEqualTo("model.onnx");
    assertThat(verification.getSignatures(0).getValid()).isTrue();
  }

  @Test
  void promotion_thatPasses_signs() {
    ada.promote(version.getName(), Stage.STAGE_STAGING);
    assertThat(signatures()).hasSize(1);
    ada.promote(version.getName(), Stage.STAGE_PRODUCTION);
    assertThat(signatures()).hasSize(1);
  }

  @Test
  void verify_afterOneBitChanged_saysWhichFile() throws IOException {
    sign();
    StoredBytes.flipOneBit(StoredBytes.of(directory, version.getArtifact()));

    var verification = verify();
    assertThat(verification.getIntact()).isFalse();
    assertThat(verification.getFiles(0).getIntact()).isFalse();
    assertThat(verification.getSignatures(0).getValid()).isTrue();
    assertThatThrownBy(this::sign).satisfies(Failures.with(DATA_LOSS, "ARTIFACT_CORRUPT"));
  }

  @Test
  void add_ofWhatNobodyTrustedSigned_isRefused() throws IOException {
    try (InputStream in =
        getClass().getResourceAsStream("/io/penstock/registry/signing/reference.sig")) {
      var bundle = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
      assertThatThrownBy(() -> add(version, bundle))
          .satisfies(Failures.with(INVALID_ARGUMENT, "SIGNATURE_REFUSED"))
          .hasMessageContaining("nobody trusts the key a46146be");
    }
    assertThatThrownBy(() -> add(version, "{}"))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"))
        .hasMessageContaining("bundle");
  }

  @Test
  void add_ofASignatureOverOtherFiles_isRefused() {
    var other = ada.newVersion(ada.newModel(), TestOnnx.logistic(-7, 1));
    var bundle = sign().getBundle();
    assertThatThrownBy(() -> add(other, bundle))
        .satisfies(Failures.with(INVALID_ARGUMENT, "SIGNATURE_REFUSED"))
        .hasMessageContaining("over other files");
  }

  @Test
  void requests_forAVersionThatIsNotThere_areNotFound() {
    var nowhere = version.toBuilder().setName("models/nowhere/versions/1").build();
    assertThatThrownBy(() -> add(nowhere, sign().getBundle()))
        .satisfies(Failures.with(NOT_FOUND, "MODEL_VERSION_NOT_FOUND"));
    version = nowhere;
    assertThatThrownBy(this::verify).satisfies(Failures.with(NOT_FOUND, "MODEL_VERSION_NOT_FOUND"));
    assertThatThrownBy(this::sign).satisfies(Failures.with(NOT_FOUND, "MODEL_VERSION_NOT_FOUND"));
  }

  // `pip install model-signing` and point `model_signing` at its command; the test says so where it
  // is not there.
  @Test
  void signature_isTakenByTheReferenceImplementation(@TempDir Path work) throws Exception {
    var command = System.getenv("MODEL_SIGNING");
    assumeThat(command).as("the command model_signing, named by MODEL_SIGNING").isNotNull();
    var model = Files.createDirectory(work.resolve("model"));
    Files.write(model.resolve("model.onnx"), bytes);
    var signature = Files.writeString(work.resolve("model.sig"), sign().getBundle());
    var key = provenance.getSigningKey(GetSigningKeyRequest.getDefaultInstance()).getPem();
    var pem = Files.writeString(work.resolve("key.pem"), key);

    assertThat(reference(command, signature, pem, model)).isZero();
    bytes[9] ^= 1;
    Files.write(model.resolve("model.onnx"), bytes);
    assertThat(reference(command, signature, pem, model)).isNotZero();
  }

  private static int reference(String command, Path signature, Path key, Path model)
      throws Exception {
    return new ProcessBuilder(
            command,
            "verify",
            "key",
            "--signature",
            signature.toString(),
            "--public_key",
            key.toString(),
            model.toString())
        .inheritIO()
        .start()
        .waitFor();
  }

  @Test
  void bom_isCycloneDx() throws Exception {
    version =
        ada.register(
            ada.newModel(),
            ModelVersion.newBuilder()
                .setArtifact(version.getArtifact())
                .addDependencies(Dependency.newBuilder().setPurl("pkg:pypi/scikit-learn@1.5.0"))
                .build());
    var bom =
        JsonFormat.printer()
            .print(
                provenance.getModelBom(
                    GetModelBomRequest.newBuilder().setName(version.getName()).build()));

    var parser = new JsonParser();
    assertThat(parser.validate(bom.getBytes(UTF_8), Version.VERSION_16)).isEmpty();
    var document = parser.parse(bom.getBytes(UTF_8));
    assertThat(
            document.getMetadata().getComponent().getModelCard().getModelParameters().getInputs())
        .extracting(input -> input.getFormat())
        .containsExactly("features FP32 [-1, 1]");
    assertThat(bom).as("numbers that some take for no whole ones").doesNotContain("1.0,");
    assertThat(document.getComponents())
        .extracting(component -> component.getBomRef())
        .containsExactlyInAnyOrder("file:model.onnx", "pkg:pypi/scikit-learn@1.5.0");
    assertThat(document.getComponents().getFirst().getHashes().getFirst().getValue())
        .isEqualTo(version.getArtifact().substring("artifacts/".length()));
  }

  private ModelSignature sign() {
    return provenance.signModelVersion(
        SignModelVersionRequest.newBuilder().setName(version.getName()).build());
  }

  private ModelSignature add(ModelVersion to, String bundle) {
    return provenance.addModelSignature(
        AddModelSignatureRequest.newBuilder().setParent(to.getName()).setBundle(bundle).build());
  }

  private List<ModelSignature> signatures() {
    return provenance
        .listModelSignatures(
            ListModelSignaturesRequest.newBuilder().setParent(version.getName()).build())
        .getSignaturesList();
  }

  private Verification verify() {
    return provenance.verifyModelVersion(
        VerifyModelVersionRequest.newBuilder().setName(version.getName()).build());
  }
}
