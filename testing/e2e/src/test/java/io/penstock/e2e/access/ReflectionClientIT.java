package io.penstock.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TextFormat.ParseException;
import io.grpc.Status.Code;
import io.penstock.e2e.suite.Client;
import io.penstock.e2e.suite.RestAnswer;
import io.penstock.e2e.suite.RunningSuite;
import io.penstock.e2e.suite.SharedSuite;
import io.penstock.e2e.suite.Workshop;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.testkit.Failures;
import io.penstock.testkit.TestOnnx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A client with no code of Penstock: what it knows, the servers told it by reflection.
@ExtendWith(SharedSuite.class)
@TestInstance(Lifecycle.PER_CLASS)
class ReflectionClientIT {

  private static final String LIST_MODELS = "penstock.registry.v1.ModelService/ListModels";
  private static final String MODEL_INFER = "inference.GRPCInferenceService/ModelInfer";
  private static final float[] WEIGHTS = {0.5f, -1.25f};
  private static final float BIAS = 0.1f;

  private final RunningSuite suite;
  private String model = "";

  ReflectionClientIT(RunningSuite suite) {
    this.suite = suite;
  }

  @BeforeAll
  void release() throws InterruptedException {
    model =
        Workshop.modelId(
            new Workshop(suite)
                .released(TestOnnx.logistic(BIAS, WEIGHTS), FeatureBinding.getDefaultInstance()));
  }

  @Test
  void gateway_listsTheServicesOfTheWholeContract() {
    assertThat(new Reflection(suite.anonymous().channel(Client.GATEWAY)).services())
        .contains(
            "penstock.registry.v1.ModelService",
            "penstock.feature.v1.FeatureServingService",
            "inference.GRPCInferenceService",
            "penstock.monitoring.v1.MonitoringService",
            "penstock.governance.v1.AuditService");
  }

  @ParameterizedTest
  @CsvSource({"gateway", "registry"})
  void listModels(String server) throws ParseException {
    Client viewer = suite.as("stranger", "viewer");
    MethodDescriptor listModels = describe(server, LIST_MODELS);
    DynamicMessage answer =
        Reflection.call(viewer.channel(server), listModels, request(listModels, "page_size: 1000"));
    var models = answer.getDescriptorForType().findFieldByName("models");
    assertThat((List<?>) answer.getField(models))
        .extracting(ReflectionClientIT::nameOf)
        .contains("models/" + model);
  }

  @ParameterizedTest
  @CsvSource({"gateway", "inference"})
  void modelInfer_answersTheNumbers(String server) throws ParseException {
    Client client = suite.as("stranger", "client");
    MethodDescriptor infer = describe(server, MODEL_INFER);
    DynamicMessage answer =
        Reflection.call(client.channel(server), infer, request(infer, twoRows()));
    assertThat(rawFloats(answer)).hasSize(2);
    assertThat(rawFloats(answer).get(0))
        .isCloseTo(TestOnnx.expected(BIAS, WEIGHTS, 1, 2), within(1e-5f));
    assertThat(rawFloats(answer).get(1))
        .isCloseTo(TestOnnx.expected(BIAS, WEIGHTS, -3, 0.5f), within(1e-5f));
  }

  @ParameterizedTest
  @CsvSource({"gateway", "inference"})
  void modelInfer_withoutToken(String server) {
    MethodDescriptor infer = describe(server, MODEL_INFER);
    assertThatThrownBy(
            () ->
                Reflection.call(
                    suite.anonymous().channel(server), infer, request(infer, twoRows())))
        .satisfies(Failures.with(Code.UNAUTHENTICATED, "TOKEN_MISSING"));
  }

  @ParameterizedTest
  @CsvSource({"gateway", "inference"})
  void modelInfer_withoutPermission(String server) {
    Client viewer = suite.as("looker", "viewer");
    MethodDescriptor infer = describe(server, MODEL_INFER);
    assertThatThrownBy(
            () -> Reflection.call(viewer.channel(server), infer, request(infer, twoRows())))
        .satisfies(
            Failures.with(
                Code.PERMISSION_DENIED,
                "PERMISSION_MISSING",
                failure ->
                    assertThat(failure.metadata())
                        .containsEntry("permission", "inference.predict")
                        .containsEntry("principal", "looker")));
  }

  @ParameterizedTest
  @CsvSource({"gateway", "registry"})
  void listModels_withoutTokenOrPermission(String server) {
    MethodDescriptor listModels = describe(server, LIST_MODELS);
    assertThatThrownBy(
            () ->
                Reflection.call(
                    suite.anonymous().channel(server), listModels, request(listModels, "")))
        .satisfies(Failures.with(Code.UNAUTHENTICATED, "TOKEN_MISSING"));
    assertThatThrownBy(
            () ->
                Reflection.call(
                    suite.as("app", "client").channel(server), listModels, request(listModels, "")))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  @Test
  void sameCallsOverRest() {
    String body =
        """
        {"inputs": [{"name": "features", "datatype": "FP32", "shape": [1, 2], "data": [[1, 2]]}]}""";
    String path = "/v2/models/" + model + "/infer";
    RestAnswer anonymous = suite.anonymous().post(path, body);
    assertThat(anonymous.status()).isEqualTo(401);
    assertThat(anonymous.reason()).isEqualTo("TOKEN_MISSING");
    assertThat(anonymous.header("WWW-Authenticate")).startsWith("Bearer");
    RestAnswer viewer = suite.as("looker", "viewer").post(path, body);
    assertThat(viewer.status()).isEqualTo(403);
    assertThat(viewer.reason()).isEqualTo("PERMISSION_MISSING");
    RestAnswer client = suite.as("app", "client").post(path, body);
    assertThat(client.status()).as(client.body()).isEqualTo(200);
    assertThat(
            client
                .json()
                .getAsJsonArray("outputs")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("data")
                .get(0)
                .getAsFloat())
        .isCloseTo(TestOnnx.expected(BIAS, WEIGHTS, 1, 2), within(1e-5f));
    assertThat(suite.anonymous().get("/v1/models").status()).isEqualTo(401);
    assertThat(suite.as("app", "client").get("/v1/models").status()).isEqualTo(403);
    assertThat(suite.as("looker", "viewer").get("/v1/models").status()).isEqualTo(200);
  }

  /// Reflection itself needs no token, so that a stranger finds out what to ask for.
  private MethodDescriptor describe(String server, String method) {
    return new Reflection(suite.anonymous().channel(server)).method(method);
  }

  private String twoRows() {
    return """
    model_name: "%s"
    inputs { name: "features" datatype: "FP32" shape: [2, 2] }
    raw_input_contents: "%s"
    """
        .formatted(model, escaped(1, 2, -3, 0.5f));
  }

  private static String escaped(float... numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : numbers) {
      bytes.putFloat(number);
    }
    return TextFormat.escapeBytes(bytes.array());
  }

  private static DynamicMessage request(MethodDescriptor method, String text)
      throws ParseException {
    DynamicMessage.Builder request = DynamicMessage.newBuilder(method.getInputType());
    TextFormat.merge(text, request);
    return request.build();
  }

  private static Object nameOf(Object model) {
    DynamicMessage message = (DynamicMessage) model;
    return message.getField(message.getDescriptorForType().findFieldByName("name"));
  }

  private static List<Float> rawFloats(DynamicMessage answer) {
    var raw = answer.getDescriptorForType().findFieldByName("raw_output_contents");
    ByteBuffer bytes =
        ((ByteString) answer.getRepeatedField(raw, 0))
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    return IntStream.range(0, bytes.remaining() / Float.BYTES)
        .mapToObj(i -> bytes.getFloat(i * Float.BYTES))
        .toList();
  }
}
