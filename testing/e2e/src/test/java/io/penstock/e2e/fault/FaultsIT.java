package io.penstock.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.penstock.e2e.suite.Client;
import io.penstock.e2e.suite.RestAnswer;
import io.penstock.e2e.suite.RunningSuite;
import io.penstock.e2e.suite.SharedSuite;
import io.penstock.e2e.suite.Workshop;
import io.penstock.proto.governance.v1.AuditServiceGrpc;
import io.penstock.proto.governance.v1.ListAuditEntriesRequest;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelMetadataRequest;
import io.penstock.proto.registry.v1.CreateExperimentRequest;
import io.penstock.proto.registry.v1.Experiment;
import io.penstock.proto.registry.v1.ExperimentServiceGrpc;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.GetExperimentRequest;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.TestOnnx;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/// What is in use goes away and comes back: callers get an honest answer in time, and nothing that
/// was acknowledged is lost.
@ExtendWith(SharedSuite.class)
@TestInstance(Lifecycle.PER_CLASS)
class FaultsIT {

  private static final Duration TO_RECOVER = Duration.ofSeconds(45);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(6);
  // One of each service that the gateway may have found away.
  private static final List<String> COLLECTIONS =
      List.of("/v1/experiments", "/v1/featureViews", "/v1/alerts", "/v1/roles");
  private static final String INPUT =
      """
      {"inputs": [{"name": "features", "datatype": "FP32", "shape": [1, 2], "data": [1, 2]}]}""";

  private final RunningSuite suite;
  private final Client ada;
  private final Client app;
  private String model = "";

  FaultsIT(RunningSuite suite) {
    this.suite = suite;
    this.ada = suite.as("ada", "data-scientist", "ml-engineer");
    this.app = suite.as("app", "client");
  }

  @BeforeAll
  void release() throws InterruptedException {
    ModelVersion version =
        new Workshop(suite)
            .released(TestOnnx.logistic(0.5f, 1, 1), FeatureBinding.getDefaultInstance());
    model = Workshop.modelId(version);
  }

  @AfterEach
  void suiteIsWellAgain() throws InterruptedException {
    for (String service :
        List.of("governance", "registry", "feature", "inference", "monitoring", "gateway")) {
      suite.local().start(service);
    }
    assertThat(suite.local().awaitReady(RunningSuite.READY_WITHIN)).isTrue();
    Eventually.become(TO_RECOVER, () -> infer().status() == 200);
    // The gateway tries again a second or so after it found nobody.
    var root = suite.as("root", "admin");
    for (String collection : COLLECTIONS) {
      Eventually.become(TO_RECOVER, () -> root.get(collection).status() == 200);
    }
  }

  @Test
  void inferenceAway_theGatewaySaysSoInTime() throws InterruptedException {
    suite.local().stop("inference");
    long before = System.nanoTime();
    RestAnswer refused = infer();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(ANSWER_WITHIN);
    assertThat(refused.status()).as(refused.body()).isEqualTo(503);
    assertThat(refused.header("Retry-After")).matches("[1-9][0-9]*");
    assertThat(refused.reason()).isEqualTo("SERVICE_UNAVAILABLE");
    assertThatThrownBy(
            () ->
                app.grpc(GRPCInferenceServiceGrpc::newBlockingStub)
                    .modelMetadata(ModelMetadataRequest.newBuilder().setName(model).build()))
        .satisfies(
            Failures.with(
                Code.UNAVAILABLE,
                "SERVICE_UNAVAILABLE",
                failure -> assertThat(failure.retryAfter()).isNotNull()));
    suite.local().start("inference");
    Eventually.become(TO_RECOVER, () -> infer().status() == 200);
  }

  @Test
  void featureAway_whatNeedsNoFeaturesGoesOn() {
    suite.local().stop("feature");
    assertThat(infer().status()).isEqualTo(200);
    RestAnswer refused = ada.get("/v1/featureViews");
    assertThat(refused.status()).as(refused.body()).isEqualTo(503);
    assertThat(refused.header("Retry-After")).isNotEmpty();
  }

  @Test
  void registryAndGovernanceAway_predictionsGoOn() {
    suite.local().stop("registry");
    suite.local().stop("governance");
    for (int i = 0; i < 20; i++) {
      assertThat(infer().status()).isEqualTo(200);
    }
  }

  @Test
  void postgresRestarted_everyServiceRecoversByItself() throws InterruptedException {
    Experiment before = createExperiment();
    suite.local().restartPostgres();
    Eventually.become(TO_RECOVER, () -> !createExperiment().getName().isEmpty());
    assertThat(
            ada.grpc(ExperimentServiceGrpc::newBlockingStub)
                .getExperiment(GetExperimentRequest.newBuilder().setName(before.getName()).build()))
        .isEqualTo(before);
    Eventually.become(TO_RECOVER, () -> ada.get("/v1/featureViews").status() == 200);
    Eventually.become(
        TO_RECOVER, () -> suite.as("root", "admin").get("/v1/alerts").status() == 200);
    Eventually.become(TO_RECOVER, () -> isAudited(before));
  }

  @Test
  void eventLogAway_changesGoOnAndTheAuditCatchesUp() throws Exception {
    List<Experiment> made = new ArrayList<>();
    onEvents("ALTER DATABASE events ALLOW_CONNECTIONS false");
    try {
      onEvents("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'events'");
      for (int i = 0; i < 10; i++) {
        made.add(createExperiment());
      }
      assertThat(infer().status()).isEqualTo(200);
      assertThat(isAudited(made.getLast())).isFalse();
    } finally {
      onEvents("ALTER DATABASE events ALLOW_CONNECTIONS true");
    }
    for (Experiment experiment : made) {
      Eventually.become(TO_RECOVER, () -> isAudited(experiment));
    }
  }

  @Test
  void startedTooEarly_waitsAndSaysForWhat() throws Exception {
    suite.local().stop("monitoring");
    suite.local().stop("registry");
    suite.local().start("monitoring");
    HttpResponse<String> waiting = health("monitoring");
    assertThat(waiting.statusCode()).as(waiting.body()).isEqualTo(503);
    assertThat(waiting.body()).contains("registry at 127.0.0.1:");
    suite.local().start("registry");
    Eventually.become(TO_RECOVER, () -> health("monitoring").statusCode() == 200);
  }

  private RestAnswer infer() {
    return app.post("/v2/models/" + model + "/infer", INPUT);
  }

  private Experiment createExperiment() {
    return ada.grpc(ExperimentServiceGrpc::newBlockingStub)
        .createExperiment(
            CreateExperimentRequest.newBuilder()
                .setExperimentId(suite.newName("experiment"))
                .build());
  }

  /// Exactly once.
  private boolean isAudited(Experiment experiment) {
    return suite
            .as("inspector", "auditor")
            .grpc(AuditServiceGrpc::newBlockingStub)
            .listAuditEntries(
                ListAuditEntriesRequest.newBuilder().setResource(experiment.getName()).build())
            .getEntriesCount()
        == 1;
  }

  private void onEvents(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(suite.local().databaseUrl("postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private HttpResponse<String> health(String service) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(suite.local().management(service).resolve("/health/ready"))
              .build(),
          BodyHandlers.ofString());
    }
  }
}
