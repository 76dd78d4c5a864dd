package io.penstock.governance.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.penstock.governance.approval.Approval;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.InvalidFields;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PolicyEngineTest {

  private static final Instant NOW = Instant.parse("2001-04-01T00:00:00Z");
  private static final String FACTS =
      """
      {"version": {"name": "models/flight-delay/versions/2", "number": 2, "author": "ada",
                   "metrics": {"auc": 0.67}, "has_signature": true},
       "baseline": {"present": true, "version": "1", "metrics": {"auc": 0.61}},
       "artifact": {"verified": true, "sha256": "ab"},
       "features": {"bound": true, "signature_matches": true, "problems": []},
       "benchmarks": {"flights": {"auc": {"value": 0.67, "low": 0.64, "high": 0.7, "n": 900,
                                          "meets_baseline": true}, "meets_baseline": true}},
       "requester": "ada", "target_stage": "production",
       "dataset_inputs": [{"dataset": "flights"}]}
      """;

  private final PolicyEngine engine = new PolicyEngine();

  @Test
  void evaluate_namesTheFactsItRead() throws Exception {
    assertThat(evaluate("version.metrics.auc > baseline.metrics['auc']", FACTS))
        .isEqualTo(
            new PolicyLanguage.Verdict(
                true, "version.metrics.auc = 0.67, baseline.metrics.auc = 0.61"));
    assertThat(evaluate("approvals.exists(a, a.approver != version.author)", FACTS, "ada"))
        .isEqualTo(
            new PolicyLanguage.Verdict(
                false,
                "approvals = [{\"approver\":\"ada\",\"comment\":\"\"}], version.author = \"ada\""));
  }

  @Test
  void evaluate_readsBenchmarks() throws Exception {
    assertThat(evaluate("benchmarks['flights'].auc.low > 0.6", FACTS))
        .isEqualTo(new PolicyLanguage.Verdict(true, "benchmarks.flights.auc.low = 0.64"));
    assertThat(evaluate("benchmarks.flights.meets_baseline", FACTS).met()).isTrue();
    var unmeasured = evaluate("benchmarks['trains'].auc.low > 0.6", FACTS);
    assertThat(unmeasured.met()).isFalse();
    assertThat(unmeasured.detail()).contains("benchmarks.trains.auc.low = missing");
  }

  @Test
  void evaluate_ofMissingFacts_isNotMetAndSaysSo() throws Exception {
    var verdict = evaluate("version.metrics.recall > 0.5", FACTS);
    assertThat(verdict.met()).isFalse();
    assertThat(verdict.detail())
        .isEqualTo("key 'recall' is not present in map.; version.metrics.recall = missing");
    var absent = evaluate("artifact.verified", "{}");
    assertThat(absent.met()).isFalse();
    assertThat(absent.detail()).contains("artifact.verified = missing");
  }

  @Test
  void evaluate_ofOddFacts_isNotMetAndNeverThrows() throws Exception {
    for (String facts :
        List.of(
            "{\"artifact\": 3}",
            "{\"artifact\": null}",
            "{\"artifact\": {\"verified\": \"yes\"}}",
            "{\"artifact\": {\"verified\": null}}",
            "{\"artifact\": [true]}")) {
      var verdict = evaluate("artifact.verified", facts);
      assertThat(verdict.met()).as(facts).isFalse();
      assertThat(verdict.detail()).as(facts).isNotBlank();
    }
    assertThat(evaluate("version.number == 2 && version.number < 3", FACTS).met()).isTrue();
    assertThat(evaluate("1 / 0 == 1", FACTS).met()).isFalse();
    assertThat(evaluate("timestamp(now) < timestamp('2001-05-01T00:00:00Z')", FACTS).met())
        .isTrue();
  }

  @Test
  void evaluate_ofEndlessLoops_isCutOff() throws Exception {
    String ten = "[0,1,2,3,4,5,6,7,8,9]";
    String nested =
        "%s.all(a, %s.all(b, %s.all(c, %s.all(d, %s.all(e, true)))))".replace("%s", ten);
    var verdict = evaluate(nested, FACTS);
    assertThat(verdict.met()).isFalse();
    assertThat(verdict.detail()).contains("Iteration budget exceeded");
  }

  @Test
  void check_saysWhereAnExpressionIsWrong() {
    assertProblem("version.metrics.auc >", "line 1, column 22: mismatched input");
    assertProblem("version.metrics.auc > 0.5 &&\n  nonsense", "line 2, column 3: undeclared");
    assertProblem("1 + 1", "expected type 'bool' but found 'int'");
    assertProblem("'" + "x".repeat(2000) + "' == ''", "line 1, column 1");
    assertProblem("(".repeat(60) + "true" + ")".repeat(60), "line 1");
  }

  @Test
  void given_refusesWhatCannotBeStored() {
    var nan = Struct.newBuilder();
    nan.putFields(
        "version",
        com.google.protobuf.Value.newBuilder()
            .setStructValue(
                Struct.newBuilder()
                    .putFields(
                        "auc",
                        com.google.protobuf.Value.newBuilder().setNumberValue(Double.NaN).build()))
            .build());
    assertThatThrownBy(() -> Facts.given(nan.build()))
        .hasMessageContaining("facts.version.auc")
        .hasMessageContaining("finite");
    String deep = IntStream.range(0, 20).mapToObj(_ -> "{\"a\":").reduce("", String::concat);
    assertThatThrownBy(() -> Facts.given(struct(deep + "1" + "}".repeat(20))))
        .hasMessageContaining("deeper than 16");
    assertThatThrownBy(() -> Facts.given(struct("{\"a\": \"" + "x".repeat(70_000) + "\"}")))
        .hasMessageContaining("at most 65536");
  }

  @Test
  void with_replacesForgedFacts() throws Exception {
    var facts =
        Facts.given(
                struct("{\"approvals\": [{\"approver\": \"mallory\"}], \"now\": \"yesterday\"}"))
            .with("models/m/versions/1", "promote:production", List.of(), NOW);
    assertThat(facts.find(List.of("approvals"))).contains("[]");
    assertThat(facts.find(List.of("now"))).contains("\"2001-04-01T00:00:00Z\"");
  }

  @Test
  void digest_changesWithEverythingThatMatters() throws Exception {
    var policy = policy("artifact.verified", 1);
    String digest = PolicyEngine.digest(policy, facts(FACTS));
    assertThat(PolicyEngine.digest(policy("artifact.verified", 1), facts(FACTS)))
        .isEqualTo(digest)
        .hasSize(64);
    assertThat(PolicyEngine.digest(policy("artifact.verified", 2), facts(FACTS)))
        .isNotEqualTo(digest);
    assertThat(PolicyEngine.digest(policy("!artifact.verified", 1), facts(FACTS)))
        .isNotEqualTo(digest);
    assertThat(PolicyEngine.digest(policy, facts(FACTS.replace("0.67", "0.68"))))
        .isNotEqualTo(digest);
  }

  private PolicyLanguage.Verdict evaluate(String expression, String facts, String... approvers)
      throws Exception {
    var results = engine.evaluate(policy(expression, 1), facts(facts, approvers));
    var result = results.getFirst();
    return new PolicyLanguage.Verdict(result.met(), result.detail());
  }

  private static GatePolicy policy(String expression, long revision) {
    return new GatePolicy(
        "test", revision, "", List.of(new Criterion("it", "", expression)), NOW, "ada");
  }

  private static Facts facts(String json, String... approvers) throws Exception {
    var approvals =
        List.of(approvers).stream()
            .map(
                approver ->
                    new Approval(
                        UUID.randomUUID(), "s", "a", approver, "", NOW, NOW, Optional.empty()))
            .toList();
    return Facts.given(struct(json)).with("s", "a", approvals, NOW);
  }

  private static Struct struct(String json) throws Exception {
    var struct = Struct.newBuilder();
    JsonFormat.parser().merge(json, struct);
    return struct.build();
  }

  private void assertProblem(String expression, String problem) {
    assertThatThrownBy(() -> engine.check(List.of(new Criterion("it", "", expression))))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              var violations = ((InvalidFields) e.failure()).violations();
              assertThat(violations.getFirst().field()).isEqualTo("policy.criteria[0].expression");
              assertThat(violations.getFirst().description()).contains(problem);
            });
  }
}
