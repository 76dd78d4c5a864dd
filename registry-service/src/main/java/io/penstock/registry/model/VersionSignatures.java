package io.penstock.registry.model;

import io.penstock.kit.failure.FieldViolation;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.registry.RegistryFailure.OnnxUnsupported;
import io.penstock.registry.RegistryFailure.SignatureMismatch;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.artifact.Artifacts;
import io.penstock.registry.onnx.OnnxFile;
import io.penstock.registry.onnx.Signature;
import io.penstock.registry.onnx.SignatureComparison;
import io.penstock.registry.onnx.TensorSpec;
import io.penstock.registry.onnx.TokenizerFile;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Finds out what a version takes and gives, and that its file, its declared signature and its
/// configuration agree on it.
@Singleton
final class VersionSignatures {

  private final Artifacts artifacts;

  VersionSignatures(Artifacts artifacts) {
    this.artifacts = artifacts;
  }

  Signature of(NewVersion wanted, ArtifactDigest artifact) {
    var signature =
        switch (wanted.config().platform()) {
          case ONNX -> ofOnnx(wanted, artifact);
          case TOKENIZER -> {
            TokenizerFile.check(artifact.name(), artifacts.bytes(artifact));
            yield declared(wanted);
          }
          case ENSEMBLE -> declared(wanted);
        };
    var differences = new ArrayList<FieldViolation>();
    differences.addAll(
        SignatureComparison.compareConfig(wanted.config().inputs(), "input", signature.inputs()));
    differences.addAll(
        SignatureComparison.compareConfig(
            wanted.config().outputs(), "output", signature.outputs()));
    refuse(differences);
    return signature;
  }

  private Signature ofOnnx(NewVersion wanted, ArtifactDigest artifact) {
    var actual = OnnxFile.readSignature(artifact.name(), artifacts.bytes(artifact));
    if (wanted.signature().isEmpty()) {
      requireShapes(artifact.name(), actual);
      return actual;
    }
    refuse(SignatureComparison.compare(wanted.signature().get(), actual));
    return wanted.signature().get();
  }

  private static void refuse(List<FieldViolation> differences) {
    if (!differences.isEmpty()) {
      throw new SignatureMismatch(differences).exception();
    }
  }

  // What is no ONNX says nothing of its tensors by itself.
  private static Signature declared(NewVersion wanted) {
    var config = wanted.config();
    var signature =
        wanted.signature().orElseGet(() -> new Signature(config.inputs(), config.outputs()));
    var problems = new InvalidArguments();
    problems.addIf(signature.inputs().isEmpty(), "version.config.input", "is missing");
    problems.addIf(signature.outputs().isEmpty(), "version.config.output", "is missing");
    problems.throwIfAny();
    return signature;
  }

  private static void requireShapes(String artifact, Signature signature) {
    Stream.concat(signature.inputs().stream(), signature.outputs().stream())
        .filter(tensor -> tensor.shape().isEmpty())
        .map(TensorSpec::name)
        .findFirst()
        .ifPresent(
            name -> {
              throw new OnnxUnsupported(
                      artifact,
                      "the model leaves the shape of '%s' open, declare it in the signature"
                          .formatted(name))
                  .exception();
            });
  }
}
