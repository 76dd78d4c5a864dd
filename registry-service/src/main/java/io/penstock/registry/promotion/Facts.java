package io.penstock.registry.promotion;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
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
            "signatures", list(verification.signatures().stream().map(Facts::signature).toList()))
        .putFields("features", featureFacts())
        .putFields("benchmarks", BenchmarkFacts.of(benchmarks))
        .putFields("requester", text(requester))
        .putFields("target_stage", text(target.word()))
        .putFields("dataset_inputs", list(inputs.stream().map(Facts::inputFacts).toList()))
        .build();
  }

  private Value versionFacts() {
    var signature = version.signature();
    var params = Struct.newBuilder();
    this.params.forEach((key, value) -> params.putFields(key, text(value)));
    return object(
        Struct.newBuilder()
            .putFields("name", text(version.name().toString()))
            .putFields("number", number(version.name().number()))
            .putFields("author", text(version.createdBy()))
            .putFields("stage", text(version.stage().word()))
            .putFields("metrics", metrics(version.metrics()))
            .putFields("params", object(params))
            .putFields("run", text(version.run().map(RunName::toString).orElse("")))
            .putFields(
                "has_signature",
                flag(!signature.inputs().isEmpty() && !signature.outputs().isEmpty())));
  }

  private Value baselineFacts() {
    return object(
        Struct.newBuilder()
            .putFields("present", flag(baseline.isPresent()))
            .putFields("version", text(baseline.map(it -> it.name().toString()).orElse("")))
            .putFields("metrics", metrics(baseline.map(ModelVersion::metrics).orElse(Map.of()))));
  }

  private Value artifactFacts() {
    return object(
        Struct.newBuilder()
            .putFields("held", flag(!verification.files().isEmpty()))
            .putFields("verified", flag(verification.intact() && !verification.files().isEmpty()))
            .putFields("sha256", text(version.artifact().map(ArtifactDigest::hex).orElse(""))));
  }

  private static Value signature(SignatureCheck signature) {
    return object(
        Struct.newBuilder()
            .putFields("key_id", text(signature.keyId()))
            .putFields("valid", flag(signature.valid())));
  }

  private Value featureFacts() {
    var problems = features.problems().stream().map(Facts::text).toList();
    return object(
        Struct.newBuilder()
            .putFields("bound", flag(features.bound()))
            .putFields("signature_matches", flag(problems.isEmpty()))
            .putFields("problems", list(problems)));
  }

  private static Value inputFacts(RunInput input) {
    return object(
        Struct.newBuilder()
            .putFields("dataset", text(input.dataset().toString()))
            .putFields("context", text(input.context())));
  }

  // JSON, in which decisions are hashed and stored, has no NaN: a criterion that reads such a
  // metric finds none.
  private static Value metrics(Map<String, Double> metrics) {
    var facts = Struct.newBuilder();
    metrics.forEach(
        (key, value) -> {
          if (Double.isFinite(value)) {
            facts.putFields(key, number(value));
          }
        });
    return object(facts);
  }

  private static Value object(Struct.Builder fields) {
    return Value.newBuilder().setStructValue(fields).build();
  }

  private static Value list(List<Value> values) {
    return Value.newBuilder().setListValue(ListValue.newBuilder().addAllValues(values)).build();
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private static Value number(double value) {
    return Value.newBuilder().setNumberValue(value).build();
  }

  private static Value flag(boolean value) {
    return Value.newBuilder().setBoolValue(value).build();
  }
}
