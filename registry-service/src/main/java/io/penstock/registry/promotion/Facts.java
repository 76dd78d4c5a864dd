package io.penstock.registry.promotion;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Values;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.benchmark.Standing;
import io.penstock.registry.experiment.RunInput;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.signing.Verification;
import io.penstock.registry.signing.Verification.SignatureCheck;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.Stage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the registry knows about a version at the moment somebody asks to promote it. A gate's
/// criteria read these by name, so their shape is a contract with every policy that is written.
///
/// @param inputs the data that the version was made of
/// @param baseline the version that is primary now
/// @param benchmarks what the suites of the model say of the version
/// @param verification of the stored bytes, hashed again just now, and of their signatures
record Facts(
    ModelVersion version,
    Map<String, String> params,
    List<RunInput> inputs,
    Optional<ModelVersion> baseline,
    Verification verification,
    FeatureFindings features,
    List<Standing> benchmarks,
    String requester,
    Stage target) {

  Struct toStruct() {
    return Struct.newBuilder()
        .putFields("version", versionFacts())
        .putFields("baseline", baselineFacts())
        .putFields("artifact", artifactFacts())
        .putFields(
            "signatures",
            Values.of(verification.signatures().stream().map(Facts::signature).toList()))
        .putFields("features", featureFacts())
        .putFields("benchmarks", BenchmarkFacts.of(benchmarks))
        .putFields("requester", Values.of(requester))
        .putFields("target_stage", Values.of(target.word()))
        .putFields("dataset_inputs", Values.of(inputs.stream().map(Facts::inputFacts).toList()))
        .build();
  }

  private Value versionFacts() {
    var signature = version.signature();
    var params = Struct.newBuilder();
    this.params.forEach((key, value) -> params.putFields(key, Values.of(value)));
    return Values.of(
        Struct.newBuilder()
            .putFields("name", Values.of(version.name().toString()))
            .putFields("number", Values.of(version.name().number()))
            .putFields("author", Values.of(version.createdBy()))
            .putFields("stage", Values.of(version.stage().word()))
            .putFields("metrics", metrics(version.metrics()))
            .putFields("params", Values.of(params.build()))
            .putFields("run", Values.of(version.run().map(RunName::toString).orElse("")))
            .putFields(
                "has_signature",
                Values.of(!signature.inputs().isEmpty() && !signature.outputs().isEmpty()))
            .build());
  }

  private Value baselineFacts() {
    return Values.of(
        Struct.newBuilder()
            .putFields("present", Values.of(baseline.isPresent()))
            .putFields("version", Values.of(baseline.map(it -> it.name().toString()).orElse("")))
            .putFields("metrics", metrics(baseline.map(ModelVersion::metrics).orElse(Map.of())))
            .build());
  }

  private Value artifactFacts() {
    return Values.of(
        Struct.newBuilder()
            .putFields("held", Values.of(!verification.files().isEmpty()))
            .putFields(
                "verified", Values.of(verification.intact() && !verification.files().isEmpty()))
            .putFields("sha256", Values.of(version.artifact().map(ArtifactDigest::hex).orElse("")))
            .build());
  }

  private static Value signature(SignatureCheck signature) {
    return Values.of(
        Struct.newBuilder()
            .putFields("key_id", Values.of(signature.keyId()))
            .putFields("valid", Values.of(signature.valid()))
            .build());
  }

  private Value featureFacts() {
    var problems = features.problems().stream().map(problem -> Values.of(problem)).toList();
    return Values.of(
        Struct.newBuilder()
            .putFields("bound", Values.of(features.bound()))
            .putFields("signature_matches", Values.of(problems.isEmpty()))
            .putFields("problems", Values.of(problems))
            .build());
  }

  private static Value inputFacts(RunInput input) {
    return Values.of(
        Struct.newBuilder()
            .putFields("dataset", Values.of(input.dataset().toString()))
            .putFields("context", Values.of(input.context()))
            .build());
  }

  // JSON, in which decisions are hashed and stored, has no NaN: a criterion that reads such a
  // metric finds none.
  private static Value metrics(Map<String, Double> metrics) {
    var facts = Struct.newBuilder();
    metrics.forEach(
        (key, value) -> {
          if (Double.isFinite(value)) {
            facts.putFields(key, Values.of(value));
          }
        });
    return Values.of(facts.build());
  }
}
