package io.penstock.registry.benchmark;

import static io.grpc.Status.Code.ABORTED;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.PERMISSION_DENIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import io.penstock.proto.registry.v1.BenchmarkClaim;
import io.penstock.proto.registry.v1.BenchmarkMetric;
import io.penstock.proto.registry.v1.BenchmarkRun;
import io.penstock.proto.registry.v1.BenchmarkRunState;
import io.penstock.proto.registry.v1.BenchmarkServiceGrpc;
import io.penstock.proto.registry.v1.BenchmarkServiceGrpc.BenchmarkServiceBlockingStub;
import io.penstock.proto.registry.v1.BenchmarkSuite;
import io.penstock.proto.registry.v1.ClaimBenchmarkRunRequest;
import io.penstock.proto.registry.v1.CompleteBenchmarkRunRequest;
import io.penstock.proto.registry.v1.CreateBenchmarkSuiteRequest;
import io.penstock.proto.registry.v1.GetBenchmarkRunRequest;
import io.penstock.proto.registry.v1.Measure;
import io.penstock.proto.registry.v1.ReleaseBenchmarkClaimRequest;
import io.penstock.proto.registry.v1.RenewBenchmarkClaimRequest;
import io.penstock.proto.registry.v1.RunBenchmarkRequest;
import io.penstock.registry.FakePeers;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowingConsumer;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ClaimIT {

  @RegisterExtension static final FakePeers peers = FakePeers.start();
  private static final java.time.Duration SOON = java.time.Duration.ofSeconds(10);

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      peers
          .registry(() -> directory)
          .with("penstock.benchmarks.check-interval", "100ms")
          .with("penstock.benchmarks.attempts", "2");

  private RegistryClient ada;
  private BenchmarkServiceBlockingStub asked;
  private BenchmarkServiceBlockingStub evaluator;

  @BeforeEach
  void connect() {
    ada = RegistryClient.of(registry, "ada");
    asked = BenchmarkServiceGrpc.newBlockingStub(registry.channel("ada", "data-scientist"));
    evaluator = BenchmarkServiceGrpc.newBlockingStub(registry.channel("inference", "service"));
    // What another test left is nobody's.
    registry.bean(Jdbi.class).useHandle(handle -> handle.execute("delete from benchmark_run"));
  }

  @Test
  void aRun_isGivenToOneEvaluator_whoAloneCompletesIt() {
    var run = ask();
    var claim = claim();
    assertThat(claim.getRun()).isEqualTo(run);
    assertThat(claim.getRun().getOutput()).isEqualTo("probability");
    assertThat(claim.getAttempt()).isOne();
    assertThat(isNothingToDo()).isTrue();

    assertThatThrownBy(() -> complete(run, Claim.NONE)).satisfies(claimLost());
    assertThatThrownBy(() -> complete(run, claim.getToken() + 1)).satisfies(claimLost());
    assertThat(complete(run, claim.getToken()).getState())
        .isEqualTo(BenchmarkRunState.BENCHMARK_RUN_STATE_SUCCEEDED);
    assertThatThrownBy(() -> complete(run, claim.getToken()))
        .satisfies(Failures.with(FAILED_PRECONDITION, "BENCHMARK_RUN_ENDED"));
    assertThatThrownBy(() -> renew(claim)).satisfies(claimLost());
  }

  @Test
  void anExpiredClaim_isAnothersThen_andTheFirstCompletesNothing() {
    var run = ask();
    var first = claim();
    expire();
    var second = claim();
    assertThat(second.getRun()).isEqualTo(run);
    assertThat(second.getToken()).isGreaterThan(first.getToken());
    assertThat(second.getAttempt()).isEqualTo(2);

    assertThatThrownBy(() -> renew(first)).satisfies(claimLost());
    assertThatThrownBy(() -> complete(run, first.getToken())).satisfies(claimLost());
    assertThatThrownBy(() -> release(first, "too late")).satisfies(claimLost());
    renew(second);
    assertThat(complete(run, second.getToken()).getEvaluatedBy()).isEqualTo("inference");
  }

  @Test
  void aLateEvaluator_completesWhatNobodyElseTook() {
    var run = ask();
    var claim = claim();
    expire();
    assertThat(complete(run, claim.getToken()).getState())
        .isEqualTo(BenchmarkRunState.BENCHMARK_RUN_STATE_SUCCEEDED);
  }

  @Test
  void aRunGivenBackUntried_isFreeAtOnce_andCountsAsNeverTaken() {
    var _ = ask();
    for (int i = 0; i < 5; i++) {
      var claim = claim();
      assertThat(claim.getAttempt()).isOne();
      release(claim, "");
    }
  }

  @Test
  void aRunThatNobodyManages_waitsBetweenAttempts_andFailsWithTheLastReason() throws Exception {
    var run = ask();
    release(claim(), "the network is away");
    assertThat(isNothingToDo()).isTrue();
    expire();
    release(claim(), "the disk is full");
    expire();
    Eventually.become(
        SOON, () -> get(run).getState() == BenchmarkRunState.BENCHMARK_RUN_STATE_FAILED);
    assertThat(get(run).getError())
        .isEqualTo("given up after 2 attempts; the last: the disk is full");
  }

  @Test
  void aRunWhoseEvaluatorsVanish_fails() throws Exception {
    var run = ask();
    var _ = claim();
    expire();
    var _ = claim();
    expire();
    Eventually.become(
        SOON, () -> get(run).getState() == BenchmarkRunState.BENCHMARK_RUN_STATE_FAILED);
    assertThat(get(run).getError())
        .isEqualTo("given up after 2 attempts; the last: its evaluator was not heard of again");
  }

  @Test
  void manyEvaluators_shareTheRunsWithoutTakingOneTwice() throws Exception {
    IntStream.range(0, 20).forEach(_ -> ask());
    var names = new HashSet<String>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      Callable<BenchmarkClaim> claim = this::claim;
      for (Future<BenchmarkClaim> each :
          threads.invokeAll(IntStream.range(0, 20).mapToObj(_ -> claim).toList())) {
        assertThat(names.add(each.get().getRun().getName())).isTrue();
      }
    }
    assertThat(isNothingToDo()).isTrue();
  }

  @Test
  void whoeverMakesModels_claimsNothing() {
    var _ = ask();
    assertThatThrownBy(() -> asked.claimBenchmarkRun(ClaimBenchmarkRunRequest.getDefaultInstance()))
        .satisfies(Failures.with(PERMISSION_DENIED, "PERMISSION_MISSING"));
    assertThatThrownBy(
            () ->
                evaluator.claimBenchmarkRun(
                    ClaimBenchmarkRunRequest.newBuilder()
                        .setDuration(Duration.newBuilder().setSeconds(601))
                        .build()))
        .satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  private static ThrowingConsumer<Throwable> claimLost() {
    return Failures.with(ABORTED, "BENCHMARK_CLAIM_LOST");
  }

  private BenchmarkRun ask() {
    var model = ada.newModel();
    var data = ada.upload("x,late\n1,1\n2,0\n".getBytes(StandardCharsets.UTF_8)).getName();
    var suite =
        asked.createBenchmarkSuite(
            CreateBenchmarkSuiteRequest.newBuilder()
                .setParent(model)
                .setSuiteId("flights")
                .setSuite(
                    BenchmarkSuite.newBuilder()
                        .setData(data)
                        .setLabel("late")
                        .addMetrics(BenchmarkMetric.newBuilder().setMeasure(Measure.MEASURE_BRIER)))
                .build());
    var version = ada.newVersion(model, TestOnnx.logistic(0, 1));
    return asked.runBenchmark(
        RunBenchmarkRequest.newBuilder()
            .setName(suite.getName())
            .setVersion(version.getName())
            .build());
  }

  private BenchmarkClaim claim() {
    var response = evaluator.claimBenchmarkRun(ClaimBenchmarkRunRequest.getDefaultInstance());
    assertThat(response.hasClaim()).isTrue();
    return response.getClaim();
  }

  private boolean isNothingToDo() {
    return !evaluator.claimBenchmarkRun(ClaimBenchmarkRunRequest.getDefaultInstance()).hasClaim();
  }

  private void renew(BenchmarkClaim claim) {
    var renewed =
        evaluator.renewBenchmarkClaim(
            RenewBenchmarkClaimRequest.newBuilder()
                .setName(claim.getRun().getName())
                .setToken(claim.getToken())
                .build());
    assertThat(renewed.getExpireTime().getSeconds())
        .isGreaterThanOrEqualTo(claim.getExpireTime().getSeconds());
  }

  private void release(BenchmarkClaim claim, String reason) {
    var _ =
        evaluator.releaseBenchmarkClaim(
            ReleaseBenchmarkClaimRequest.newBuilder()
                .setName(claim.getRun().getName())
                .setToken(claim.getToken())
                .setReason(reason)
                .build());
  }

  private BenchmarkRun complete(BenchmarkRun run, long token) {
    return evaluator.completeBenchmarkRun(
        CompleteBenchmarkRunRequest.newBuilder()
            .setName(run.getName())
            .setToken(token)
            .addAllPredictions(List.of(0.5, 0.25))
            .build());
  }

  private BenchmarkRun get(BenchmarkRun run) {
    return asked.getBenchmarkRun(
        GetBenchmarkRunRequest.newBuilder().setName(run.getName()).build());
  }

  /// As if time had passed.
  private static void expire() {
    registry
        .bean(Jdbi.class)
        .useHandle(
            handle ->
                handle.execute(
                    "update benchmark_run set claim_until = claim_until - interval '1 hour'"));
  }
}
