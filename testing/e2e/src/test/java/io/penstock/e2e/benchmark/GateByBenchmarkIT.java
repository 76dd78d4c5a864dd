package io.penstock.e2e.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.penstock.e2e.suite.Client;
import io.penstock.e2e.suite.RestAnswer;
import io.penstock.e2e.suite.RunningSuite;
import io.penstock.e2e.suite.SharedSuite;
import io.penstock.e2e.suite.Workshop;
import io.penstock.proto.governance.v1.GateCriterion;
import io.penstock.proto.governance.v1.GatePolicy;
import io.penstock.proto.governance.v1.GateServiceGrpc;
import io.penstock.proto.governance.v1.GateServiceGrpc.GateServiceBlockingStub;
import io.penstock.proto.governance.v1.GetGatePolicyRequest;
import io.penstock.proto.governance.v1.PutGatePolicyRequest;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What suites measured decides at the gate. The measuring is inference-service's own doing: the
/// test only asks for it.
@ExtendWith(SharedSuite.class)
class GateByBenchmarkIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Path EXAMPLE =
      Path.of("../../docs/examples/benchmark.py").toAbsolutePath().normalize();
  private static final String STAGING = "gatePolicies/staging";
  private static final GateCriterion MEASURED =
      GateCriterion.newBuilder()
          .setId("measured")
          .setDescription("The suite measured it, and it is not below the baselines")
          .setExpression(
              """
              benchmarks['holdout'].meets_baseline \
              && benchmarks['holdout'].evaluated_by != version.author""")
          .build();

  private final RunningSuite suite;
  private final Workshop workshop;
  private final Client ada;
  private GatePolicy before = GatePolicy.getDefaultInstance();

  GateByBenchmarkIT(RunningSuite suite) {
    this.suite = suite;
    this.workshop = new Workshop(suite);
    this.ada = suite.as("ada", "data-scientist", "ml-engineer");
  }

  @BeforeEach
  void demandMeasurements() {
    before = gates().getGatePolicy(GetGatePolicyRequest.newBuilder().setName(STAGING).build());
    put(before.toBuilder().addCriteria(MEASURED));
  }

  @AfterEach
  void demandWhatWasDemandedBefore() {
    put(before.toBuilder());
  }

  // Anew each time: a stub's half minute begins when it is made.
  private GateServiceBlockingStub gates() {
    return suite.as("root", "admin").grpc(GateServiceGrpc::newBlockingStub);
  }

  private void put(GatePolicy.Builder policy) {
    var whateverItIs = policy.clearRevision();
    var _ =
        gates().putGatePolicy(PutGatePolicyRequest.newBuilder().setPolicy(whateverItIs).build());
  }

  @Test
  void version_passesByItsResults_andNotWithout() throws Exception {
    var good = registered(TestOnnx.logistic(0, 3, 0.5f));
    create(good, LabelledFlights.csv(400), "");
    assertRefused(promote(good));

    var measured = ended(ask(good));
    assertThat(measured.get("state").getAsString()).as("%s", measured).endsWith("SUCCEEDED");
    assertThat(measured.get("evaluator").getAsString()).startsWith("ONNX Runtime");
    assertThat(measured.get("evaluatedBy").getAsString()).contains("inference");
    assertThat(promote(good).status()).isEqualTo(200);
  }

  @Test
  void version_belowItsBaseline_isRefused() throws Exception {
    var bad = registered(TestOnnx.logistic(0, -3, 0));
    create(bad, LabelledFlights.csv(400), "");
    assertThat(ended(ask(bad)).get("state").getAsString()).endsWith("SUCCEEDED");
    assertRefused(promote(bad));
  }

  @Test
  void version_thatCannotBeEvaluated_saysWhy_andIsRefused() throws Exception {
    var odd = registered(TestOnnx.identity(2));
    create(odd, LabelledFlights.csv(20), "");
    var failed = ended(ask(odd));
    assertThat(failed.get("state").getAsString()).endsWith("FAILED");
    assertThat(failed.get("error").getAsString())
        .contains("in row 1, expected probabilities of two classes");
    assertRefused(promote(odd));
  }

  @Test
  void schedule_measuresWithoutBeingAsked() throws Exception {
    var version = registered(TestOnnx.logistic(0, 3, 0.5f));
    create(version, LabelledFlights.csv(100), ", \"interval\": \"3600s\"");
    Eventually.become(SOON, () -> promote(version).status() == 200);
  }

  @Test
  void example_measuresAVersion(@TempDir Path directory) throws Exception {
    requirePython();
    var csv = directory.resolve("flights.csv");
    Files.writeString(csv, LabelledFlights.csv(400));
    var good = registered(TestOnnx.logistic(0, 3, 0.5f));
    assertThat(example(good, csv, 0)).contains("SUCCEEDED", "AUC", "meets its baseline");
    assertThat(promote(good).status()).isEqualTo(200);
    var bad = registered(TestOnnx.logistic(0, -3, 0));
    assertThat(example(bad, csv, 1)).contains("AUC", "is below its baseline");
    assertRefused(promote(bad));
  }

  private static void requirePython() throws InterruptedException {
    try {
      Assumptions.assumeTrue(new ProcessBuilder("python3", "--version").start().waitFor() == 0);
    } catch (IOException e) {
      Assumptions.abort("the example was not run: there is no python3");
    }
  }

  private String example(ModelVersion version, Path csv, int status) throws Exception {
    var builder =
        new ProcessBuilder("python3", EXAMPLE.toString(), version.getName(), csv.toString(), "late")
            .redirectErrorStream(true);
    builder.environment().put("PENSTOCK", suite.local().gateway().toString());
    builder.environment().put("TOKEN", suite.local().token("ada", "data-scientist"));
    var process = builder.start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(status);
    return said;
  }

  private ModelVersion registered(byte[] onnx) {
    return workshop.registered(onnx, FeatureBinding.getDefaultInstance());
  }

  private void create(ModelVersion version, String csv, String more) {
    var data = workshop.upload(csv.getBytes(StandardCharsets.UTF_8)).getName();
    var created =
        ada.post(
            "/v1/models/%s/benchmarks?suite_id=holdout".formatted(Workshop.modelId(version)),
            """
            {"data": "%s", "label": "late", "metrics": [
              {"measure": "MEASURE_AUC", "value": 0.7}, {"measure": "MEASURE_ACCURACY"}]%s}"""
                .formatted(data, more));
    assertThat(created.status()).as(created.body()).isEqualTo(200);
  }

  private JsonObject ask(ModelVersion version) {
    var asked =
        ada.post(
            "/v1/models/%s/benchmarks/holdout:run".formatted(Workshop.modelId(version)),
            "{\"version\": \"%s\"}".formatted(version.getName()));
    assertThat(asked.status()).as(asked.body()).isEqualTo(200);
    return asked.json();
  }

  private JsonObject ended(JsonObject run) throws InterruptedException {
    Eventually.become(SOON, () -> !get(run).get("state").getAsString().endsWith("PENDING"));
    return get(run);
  }

  private JsonObject get(JsonObject run) {
    return ada.get("/v1/" + run.get("name").getAsString()).json();
  }

  private RestAnswer promote(ModelVersion version) {
    return ada.post(
        "/v1/" + version.getName() + ":promote", "{\"targetStage\": \"STAGE_STAGING\"}");
  }

  private static void assertRefused(RestAnswer promotion) {
    assertThat(promotion.reason()).as(promotion.body()).isEqualTo("GATE_REFUSED");
    assertThat(promotion.body()).contains("measured");
  }
}
