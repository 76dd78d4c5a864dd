package io.penstock.inference.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.penstock.proto.onnx.TensorProto.DataType;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Parameters of requests and outputs against the running service.
class InferParametersIT {

  @TempDir private static Path cache;

  private static final TestRegistry registry = new TestRegistry();

  @RegisterExtension
  static final ServiceExtension service =
      InferenceServer.extension(registry, Path.of("unset"))
          .with("penstock.inference.cache-directory", () -> cache.toString());

  private static final InferenceServer server = InferenceServer.of(service);

  @BeforeAll
  static void serve() throws InterruptedException {
    registry.serve("flights", registry.version("flights", 1, TestOnnx.logistic(0.1f, 1, 2)));
    registry.serve("echo", registry.version("echo", 1, OnnxModels.identity(DataType.FLOAT, -1, 3)));
    registry.serve(
        "half", registry.version("half", 1, OnnxModels.identity(DataType.FLOAT16, -1, 2)));
    registry.serve(
        "text", registry.version("text", 1, OnnxModels.identity(DataType.STRING, -1, 1)));
    for (var model : List.of("flights", "echo", "half", "text")) {
      server.awaitModel(model);
    }
  }

  @Test
  void schedulePolicy_inAllTheFormsThatClientsSend() {
    for (var one : List.of(Requests.number(1), unsigned(1), Requests.text("1"), real(1))) {
      var request = flights().putParameters("priority", one).putParameters("timeout", seconds(5));
      assertThat(server.infer(request).getOutputsCount()).isEqualTo(1);
    }
    assertThat(
            server.infer(flights().putParameters("timeout", Requests.number(0))).getOutputsCount())
        .isEqualTo(1);
  }

  @Test
  void schedulePolicy_thatMakesNoSense() {
    refused(flights().putParameters("priority", Requests.number(-1)), "parameters.priority");
    refused(flights().putParameters("priority", Requests.text("high")), "parameters.priority");
    refused(flights().putParameters("priority", real(1.5)), "parameters.priority");
    refused(flights().putParameters("priority", unsigned(-1)), "parameters.priority");
    refused(flights().putParameters("timeout", Requests.number(-5)), "parameters.timeout");
    refused(flights().putParameters("timeout", Requests.flag(true)), "parameters.timeout");
    refused(flights().putParameters("timeout", unsigned(Long.MAX_VALUE)), "parameters.timeout");
    refused(
        flights().putParameters("priority", InferParameter.getDefaultInstance()),
        "parameters.priority");
  }

  @Test
  void timeout_thatIsTooShort() {
    assertThatThrownBy(() -> server.infer(flights().putParameters("timeout", Requests.number(1))))
        .satisfies(
            thrown ->
                assertThat(Status.fromThrowable(thrown).getCode())
                    .isIn(Code.DEADLINE_EXCEEDED, Code.RESOURCE_EXHAUSTED));
  }

  @Test
  void sequenceParameters_onAModelThatRemembersNothing() {
    for (var id : List.of(Requests.number(7), unsigned(-1), Requests.text("visit-7"))) {
      var request =
          flights()
              .putParameters("sequence_id", id)
              .putParameters("sequence_start", Requests.flag(true))
              .putParameters("sequence_end", Requests.flag(false));
      assertThat(server.infer(request).getOutputsCount()).isEqualTo(1);
    }
    refused(
        flights().putParameters("sequence_id", Requests.text("x".repeat(129))),
        "parameters.sequence_id");
    refused(flights().putParameters("sequence_id", Requests.flag(true)), "parameters.sequence_id");
    refused(
        flights()
            .putParameters("sequence_id", Requests.number(7))
            .putParameters("sequence_start", Requests.text("perhaps")),
        "parameters.sequence_start");
  }

  @Test
  void parametersThatNobodyKnows_areIgnored() {
    var request =
        flights()
            .putParameters("binary_data_output", Requests.flag(true))
            .putParameters("headers", Requests.text("x"))
            .putParameters("triton_anything", Requests.number(1))
            .putParameters("nobody_knows", real(0.5));
    assertThat(server.infer(request).getOutputsCount()).isEqualTo(1);
  }

  @Test
  void explain_tellsHowItWasScheduled() {
    assertThat(server.infer(flights()).getParametersMap()).doesNotContainKey("dispatch_reason");
    var explained = server.infer(flights().putParameters("explain", Requests.flag(true)));
    assertThat(explained.getParametersMap())
        .containsKeys("dispatch_reason", "batch_requests", "predicted_us", "queue_us");
  }

  @Test
  void classification_givesValuesAndIndices() {
    var response = server.infer(echo(2));
    var output = response.getOutputs(0);
    assertThat(output.getDatatype()).isEqualTo("BYTES");
    assertThat(output.getShapeList()).containsExactly(2L, 2L);
    assertThat(texts(response.getRawOutputContents(0)))
        .containsExactly("3.0:2", "2.0:1", "9.0:0", "8.0:1");
    assertThat(server.infer(echo(0)).getOutputs(0).getDatatype()).isEqualTo("FP32");
  }

  @Test
  void classification_thatCannotBe() {
    refused(echo(-1), "outputs[0].parameters.classification");
    var text =
        ModelInferRequest.newBuilder()
            .setModelName("text")
            .addInputs(Requests.keys("x", "a").toBuilder().clearShape().addShape(1).addShape(1))
            .addOutputs(output("y").putParameters("classification", Requests.number(1)));
    refused(text, "outputs.parameters.classification");
  }

  @Test
  void halfPrecision_isRaw() {
    var bytes = ByteString.copyFrom(new byte[] {0, 0x3c, 0, 0x40});
    var response =
        server.infer(
            ModelInferRequest.newBuilder()
                .setModelName("half")
                .addInputs(Requests.input("x", "FP16", 1, 2))
                .addRawInputContents(bytes));
    assertThat(response.getOutputs(0).getDatatype()).isEqualTo("FP16");
    assertThat(response.getRawOutputContents(0)).isEqualTo(bytes);
  }

  private static ModelInferRequest.Builder flights() {
    return Requests.features("flights", new float[] {1, 2});
  }

  private static ModelInferRequest.Builder echo(long classes) {
    return ModelInferRequest.newBuilder()
        .setModelName("echo")
        .addInputs(Requests.input("x", "FP32", 2, 3))
        .addRawInputContents(Requests.floats(new float[] {1, 2, 3}, new float[] {9, 8, 7}))
        .addOutputs(output("y").putParameters("classification", Requests.number(classes)));
  }

  private static InferRequestedOutputTensor.Builder output(String name) {
    return InferRequestedOutputTensor.newBuilder().setName(name);
  }

  private static List<String> texts(ByteString raw) {
    var lengths = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    var texts = new ArrayList<String>();
    for (int at = 0; at < raw.size(); at += 4 + lengths.getInt(at)) {
      texts.add(raw.substring(at + 4, at + 4 + lengths.getInt(at)).toStringUtf8());
    }
    return texts;
  }

  private static InferParameter seconds(long value) {
    return Requests.number(value * 1_000_000);
  }

  private static InferParameter unsigned(long value) {
    return InferParameter.newBuilder().setUint64Param(value).build();
  }

  private static InferParameter real(double value) {
    return InferParameter.newBuilder().setDoubleParam(value).build();
  }

  private static void refused(ModelInferRequest.Builder request, String field) {
    assertThatThrownBy(() -> server.infer(request))
        .satisfies(
            Failures.with(
                Code.INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status -> assertThat(status.violations().getFirst().field()).isEqualTo(field)));
  }
}
