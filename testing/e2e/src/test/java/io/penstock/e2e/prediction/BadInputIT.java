package io.penstock.e2e.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.penstock.e2e.suite.Client;
import io.penstock.e2e.suite.RestAnswer;
import io.penstock.e2e.suite.RunningSuite;
import io.penstock.e2e.suite.SharedSuite;
import io.penstock.e2e.suite.Workshop;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.testkit.Failures;
import io.penstock.testkit.TestOnnx;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/// What is wrong with a prediction's request is said with a code, a reason, and the field.
@ExtendWith(SharedSuite.class)
@TestInstance(Lifecycle.PER_CLASS)
class BadInputIT {

  private static final List<Long> ONE_ROW = List.of(1L, 2L);
  private static final int ABOVE_THE_BODY_LIMIT = 1_100_000;
  private static final int ABOVE_THE_MESSAGE_LIMIT = 21_000_000;

  private final RunningSuite suite;
  private final Client app;
  private String model = "";

  BadInputIT(RunningSuite suite) {
    this.suite = suite;
    this.app = suite.as("app", "client");
  }

  @BeforeAll
  void release() throws InterruptedException {
    byte[] onnx = TestOnnx.logistic(0, 1, 1);
    model =
        Workshop.modelId(new Workshop(suite).released(onnx, FeatureBinding.getDefaultInstance()));
  }

  @Test
  void goodInput_isAnswered() {
    assertThat(infer(app, Requests.raw(model, "FP32", ONE_ROW, 1, 2)).getOutputsCount())
        .isEqualTo(1);
    assertThat(infer(app, Requests.json("FP32", ONE_ROW, 1, 2)).status()).isEqualTo(200);
  }

  @Test
  void model_unknown() {
    assertRefused(
        () -> infer(app, Requests.raw("no-such-model", "FP32", ONE_ROW, 1, 2)),
        Failures.with(
            Code.NOT_FOUND,
            "MODEL_NOT_FOUND",
            failure -> assertThat(failure.metadata()).containsEntry("model", "no-such-model")));
    assertRefused(
        app.post("/v2/models/no-such-model/infer", Requests.json("FP32", ONE_ROW, 1, 2)),
        404,
        "MODEL_NOT_FOUND",
        "no-such-model");
  }

  @Test
  void version_notLoaded() {
    var pinned = Requests.raw(model, "FP32", ONE_ROW, 1, 2).toBuilder().setModelVersion("99");
    assertRefused(
        () -> infer(app, pinned.build()), Failures.with(Code.NOT_FOUND, "VERSION_NOT_LOADED"));
    assertRefused(
        app.post(
            "/v2/models/" + model + "/versions/99/infer", Requests.json("FP32", ONE_ROW, 1, 2)),
        404,
        "VERSION_NOT_LOADED",
        "99");
  }

  @Test
  void shape_wrong() {
    assertRefused(
        () -> infer(app, Requests.raw(model, "FP32", List.of(1L, 3L), 1, 2, 3)),
        invalid("inputs[0].shape"));
    assertRefused(
        infer(app, Requests.json("FP32", List.of(1L, 3L), 1, 2, 3)),
        400,
        "INVALID_ARGUMENT",
        "inputs[0].shape");
  }

  @Test
  void shape_negativeOrHuge() {
    assertRefused(
        () -> infer(app, Requests.raw(model, "FP32", List.of(-1L, 2L), 1, 2)),
        invalid("inputs[0].shape"));
    assertRefused(
        () -> infer(app, Requests.raw(model, "FP32", List.of(1L << 62, 4L), 1, 2)),
        invalid("inputs[0].shape"));
    assertRefused(
        infer(app, Requests.json("FP32", List.of(1L << 62, 4L), 1, 2)),
        400,
        "INVALID_ARGUMENT",
        "inputs");
  }

  @Test
  void type_wrong() {
    assertRefused(
        () -> infer(app, Requests.raw(model, "INT32", ONE_ROW, 1, 2)),
        invalid("inputs[0].datatype"));
    assertRefused(
        infer(app, Requests.json("INT32", ONE_ROW, 1, 2)),
        400,
        "INVALID_ARGUMENT",
        "inputs[0].datatype");
  }

  @Test
  void type_unknown() {
    assertRefused(() -> infer(app, Requests.raw(model, "FLOAT", ONE_ROW, 1, 2)), invalid("inputs"));
    assertRefused(
        infer(app, Requests.json("FLOAT", ONE_ROW, 1, 2)), 400, "INVALID_ARGUMENT", "datatype");
  }

  @Test
  void values_fewerThanTheShape() {
    assertRefused(
        () -> infer(app, Requests.raw(model, "FP32", ONE_ROW, 1)),
        invalid("raw_input_contents[0]"));
    assertRefused(
        infer(app, Requests.json("FP32", ONE_ROW, 1)), 400, "INVALID_ARGUMENT", "inputs[0].data");
  }

  @Test
  void values_notOfTheType() {
    assertRefused(
        infer(app, Requests.json("FP32", ONE_ROW, 1, "\"two\"")),
        400,
        "INVALID_ARGUMENT",
        "inputs[0].data");
  }

  @Test
  void input_missingOrUnknown() {
    var unknown = Requests.raw(model, "FP32", ONE_ROW, 1, 2).toBuilder();
    unknown.getInputsBuilder(0).setName("featurez");
    assertRefused(() -> infer(app, unknown.build()), invalid("inputs"));
    assertRefused(
        app.post("/v2/models/" + model + "/infer", "{\"inputs\": []}"),
        400,
        "INVALID_ARGUMENT",
        "features");
  }

  @Test
  void body_noJson() {
    assertRefused(
        app.post("/v2/models/" + model + "/infer", "{\"inputs\": ["),
        400,
        "INVALID_ARGUMENT",
        "body");
    assertRefused(app.post("/v2/models/" + model + "/infer", ""), 400, "INVALID_ARGUMENT", "body");
  }

  @Test
  void body_tooLarge() {
    String huge = Requests.json("FP32", ONE_ROW, 1, 2) + " ".repeat(ABOVE_THE_BODY_LIMIT);
    assertRefused(infer(app, huge), 413, "BODY_TOO_LARGE", "1048576");
    assertThat(infer(app, Requests.json("FP32", ONE_ROW, 1, 2)).status())
        .as("the next request of the same connection")
        .isEqualTo(200);
    assertThatThrownBy(
            () ->
                infer(
                    app,
                    Requests.raw(
                        model,
                        "FP32",
                        List.of(2_625_000L, 2L),
                        new float[ABOVE_THE_MESSAGE_LIMIT / Float.BYTES])))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED));
    for (int i = 0; i < 50; i++) {
      assertThat(infer(app, Requests.raw(model, "FP32", ONE_ROW, 1, 2)).getOutputsCount())
          .as("the next calls of the same connection")
          .isEqualTo(1);
    }
  }

  @Test
  void upload_withoutToken() {
    byte[] much = new byte[8 * ABOVE_THE_BODY_LIMIT];
    RestAnswer refused =
        suite.anonymous().send("POST", "/v1/artifacts:upload", BodyPublishers.ofByteArray(much));
    assertRefused(refused, 401, "TOKEN_MISSING", "");
    assertThat(infer(app, Requests.json("FP32", ONE_ROW, 1, 2)).status()).isEqualTo(200);
  }

  @Test
  void token_expired() {
    Client late = suite.withToken(suite.local().token(Duration.ofMinutes(-5), "late", "client"));
    assertRefused(
        () -> infer(late, Requests.raw(model, "FP32", ONE_ROW, 1, 2)),
        Failures.with(Code.UNAUTHENTICATED, "TOKEN_EXPIRED"));
    assertRefused(infer(late, Requests.json("FP32", ONE_ROW, 1, 2)), 401, "TOKEN_EXPIRED", "");
  }

  @Test
  void token_notOurs() {
    Client stranger = suite.withToken("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.");
    assertRefused(
        () -> infer(stranger, Requests.raw(model, "FP32", ONE_ROW, 1, 2)),
        Failures.with(Code.UNAUTHENTICATED, "TOKEN_INVALID"));
    assertRefused(infer(stranger, Requests.json("FP32", ONE_ROW, 1, 2)), 401, "TOKEN_INVALID", "");
  }

  @Test
  void permission_missing() {
    Client viewer = suite.as("looker", "viewer");
    assertRefused(
        () -> infer(viewer, Requests.raw(model, "FP32", ONE_ROW, 1, 2)),
        Failures.with(
            Code.PERMISSION_DENIED,
            "PERMISSION_MISSING",
            failure ->
                assertThat(failure.metadata()).containsEntry("permission", "inference.predict")));
    assertRefused(
        infer(viewer, Requests.json("FP32", ONE_ROW, 1, 2)),
        403,
        "PERMISSION_MISSING",
        "inference.predict");
  }

  @Test
  void route_unknownOrOfAnotherVerb() {
    assertRefused(app.get("/v1/no/such/thing"), 404, "ROUTE_UNKNOWN", "/v1/no/such/thing");
    assertRefused(app.get("/v2/models/" + model + "/infer"), 405, "VERB_NOT_ALLOWED", "POST");
  }

  private static ModelInferResponse infer(Client client, ModelInferRequest request) {
    return client.grpc(GRPCInferenceServiceGrpc::newBlockingStub).modelInfer(request);
  }

  private RestAnswer infer(Client client, String json) {
    return client.post("/v2/models/" + model + "/infer", json);
  }

  private static ThrowingConsumer<Throwable> invalid(String field) {
    return Failures.with(
        Code.INVALID_ARGUMENT,
        "INVALID_ARGUMENT",
        failure ->
            assertThat(failure.violations())
                .as(failure.message())
                .anyMatch(violation -> violation.field().startsWith(field)));
  }

  private static void assertRefused(ThrowingCallable call, ThrowingConsumer<Throwable> as) {
    assertThatThrownBy(call).satisfies(as);
  }

  private static void assertRefused(RestAnswer answer, int status, String reason, String names) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.reason()).as(answer.body()).isEqualTo(reason);
    assertThat(answer.body()).contains(names);
  }
}
