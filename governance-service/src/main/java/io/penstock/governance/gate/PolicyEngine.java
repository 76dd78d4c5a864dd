package io.penstock.governance.gate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.penstock.governance.gate.PolicyLanguage.Compiled;
import io.penstock.governance.gate.PolicyLanguage.NotCompiled;
import io.penstock.governance.gate.PolicyLanguage.Verdict;
import io.penstock.kit.failure.InvalidArguments;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Evaluates policies: a pure function of policy and facts, the same today and at every replay.
@Singleton
final class PolicyEngine {

  // Expressions seen last; compiling takes longer than evaluating, and policies are few.
  private static final int MOST_COMPILED = 1000;

  private final PolicyLanguage language = new PolicyLanguage();
  private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

  /// Refuses the policy at the first place where an expression is not understood.
  void check(List<Criterion> criteria) {
    var problems = new InvalidArguments();
    for (int i = 0; i < criteria.size(); i++) {
      try {
        compile(criteria.get(i).expression());
      } catch (NotCompiled e) {
        problems.add(
            "policy.criteria[%d].expression".formatted(i),
            "line %d, column %d: %s".formatted(e.line(), e.column(), e.getMessage()));
      }
    }
    problems.throwIfAny();
  }

  /// One result a criterion, in the policy's order.
  List<CriterionResult> evaluate(GatePolicy policy, Facts facts) {
    return policy.criteria().stream().map(criterion -> evaluate(criterion, facts)).toList();
  }

  private CriterionResult evaluate(Criterion criterion, Facts facts) {
    try {
      Verdict verdict = compile(criterion.expression()).evaluate(facts);
      return new CriterionResult(criterion, verdict.met(), verdict.detail());
    } catch (NotCompiled e) {
      return new CriterionResult(criterion, false, "does not compile: " + e.getMessage());
    }
  }

  private Compiled compile(String expression) throws NotCompiled {
    Compiled known = compiled.get(expression);
    if (known != null) {
      return known;
    }
    Compiled fresh = language.compile(expression);
    if (compiled.size() >= MOST_COMPILED) {
      compiled.clear();
    }
    compiled.put(expression, fresh);
    return fresh;
  }

  /// SHA-256, in hex, of policy and facts as canonical JSON.
  static String digest(GatePolicy policy, Facts facts) {
    var whole =
        Struct.newBuilder()
            .putFields("policy", text(policy.name()))
            .putFields("revision", text(Long.toString(policy.revision())))
            .putFields("criteria", criteria(policy))
            .putFields("facts", Value.newBuilder().setStructValue(facts.struct()).build());
    try {
      byte[] json = CanonicalJson.of(whole.build()).getBytes(UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static Value criteria(GatePolicy policy) {
    var list = ListValue.newBuilder();
    for (Criterion criterion : policy.criteria()) {
      var fields =
          Struct.newBuilder()
              .putFields("id", text(criterion.id()))
              .putFields("description", text(criterion.description()))
              .putFields("expression", text(criterion.expression()));
      list.addValues(Value.newBuilder().setStructValue(fields));
    }
    return Value.newBuilder().setListValue(list).build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }
}
