package io.penstock.registry.model;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import io.penstock.kit.failure.FieldViolation;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.registry.v1.GetModelVersionRequest;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// How versions are to be served: kept, and held against what they are.
class ServingConfigIT {

  private static final String TOKENIZER_TENSORS =
      """
      input { name: "text" data_type: TYPE_STRING dims: [ -1 ] }
      output { name: "input_ids" data_type: TYPE_INT64 dims: [ -1, -1 ] }
      """;

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString());

  private RegistryClient ada;

  @BeforeEach
  void connect() {
    ada = RegistryClient.of(registry, "ada");
  }

  @Test
  void config_isKeptAsItCame() throws Exception {
    var config =
        config(
            """
            max_batch_size: 16
            input { name: "features" data_type: TYPE_FP32 dims: [ 3 ] }
            dynamic_batching { priority_levels: 3 default_priority_level: 2 }
            parameters { key: "weight" value: { string_value: "2" } }
            response_cache { enable: true }
            """);
    var version = onnx(config);
    assertThat(version.getConfig()).isEqualTo(config);
    assertThat(read(version)).isEqualTo(version);
  }

  @Test
  void configThatContradictsTheModel_isRefused() {
    refused(
        () ->
            onnx(
                config(
                    "max_batch_size: 4 input { name: 'features' data_type: TYPE_FP32 dims: [ 7 ] }")),
        "SIGNATURE_MISMATCH",
        "version.config.input[0]");
    refused(
        () -> onnx(config("output { name: 'none' data_type: TYPE_FP32 dims: [ -1 ] }")),
        "SIGNATURE_MISMATCH",
        "version.config.output[0]");
    refused(
        () -> onnx(config("platform: 'python'")), "INVALID_ARGUMENT", "version.config.platform");
  }

  @Test
  void tokenizer_isNoOnnx() throws Exception {
    var tokenizer = "{\"version\": \"1.0\", \"model\": {\"type\": \"WordPiece\"}}";
    var config = config("platform: 'penstock_tokenizer'" + TOKENIZER_TENSORS);
    var version = register(tokenizer, config);
    assertThat(version.getSignature().getOutputs(0).getName()).isEqualTo("input_ids");
    assertThat(read(version)).isEqualTo(version);
    assertThatThrownBy(() -> register("{\"a\": 1}", config))
        .satisfies(Failures.with(INVALID_ARGUMENT, "NOT_TOKENIZER"));
    refused(
        () -> register(tokenizer, config("platform: 'penstock_tokenizer'")),
        "INVALID_ARGUMENT",
        "version.config.input");
  }

  @Test
  void ensemble_isItsOwnArtifact_ofModelsThatExist() throws Exception {
    var step = ada.newModel();
    var config = ensemble(step.substring("models/".length()), "");
    var version = ada.register(ada.newModel(), ModelVersion.newBuilder().setConfig(config).build());
    assertThat(ModelConfig.parseFrom(ada.download(version.getArtifact()))).isEqualTo(config);
    assertThat(version.getSignature().getInputs(0).getDatatype()).isEqualTo("BYTES");
    refused(
        () ->
            ada.register(
                ada.newModel(),
                ModelVersion.newBuilder().setConfig(ensemble("nobody", "")).build()),
        "INVALID_ARGUMENT",
        "version.config.ensemble_scheduling.step[0].model_name");
    refused(
        () ->
            ada.register(
                ada.newModel(),
                ModelVersion.newBuilder()
                    .setConfig(ensemble(step.substring("models/".length()), "model_version: 3"))
                    .build()),
        "INVALID_ARGUMENT",
        "version.config.ensemble_scheduling.step[0].model_version");
  }

  private static ModelConfig ensemble(String step, String more) throws TextFormat.ParseException {
    return config(
        """
        platform: "ensemble" %s
        ensemble_scheduling { step {
          model_name: "%s" %s
          input_map { key: "text" value: "text" } output_map { key: "input_ids" value: "input_ids" }
        } }
        """
            .formatted(TOKENIZER_TENSORS, step, more));
  }

  private ModelVersion onnx(ModelConfig config) {
    var artifact = ada.upload(TestOnnx.logistic(0, 1, 2, 3)).getName();
    return ada.register(
        ada.newModel(), ModelVersion.newBuilder().setArtifact(artifact).setConfig(config).build());
  }

  private ModelVersion register(String content, ModelConfig config) {
    var artifact = ada.upload(content.getBytes(StandardCharsets.UTF_8)).getName();
    return ada.register(
        ada.newModel(), ModelVersion.newBuilder().setArtifact(artifact).setConfig(config).build());
  }

  private ModelVersion read(ModelVersion version) {
    return ada.models.getModelVersion(
        GetModelVersionRequest.newBuilder().setName(version.getName()).build());
  }

  private static ModelConfig config(String text) throws TextFormat.ParseException {
    return TextFormat.parse(text, ModelConfig.class);
  }

  private static void refused(ThrowingCallable call, String reason, String field) {
    assertThatThrownBy(call)
        .satisfies(
            Failures.with(
                INVALID_ARGUMENT,
                reason,
                status ->
                    assertThat(status.violations())
                        .extracting(FieldViolation::field)
                        .contains(field)));
  }
}
