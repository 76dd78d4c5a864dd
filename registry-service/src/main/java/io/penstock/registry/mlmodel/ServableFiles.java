package io.penstock.registry.mlmodel;

import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.FailureMapping;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.registry.RegistryFailure.ExternalData;
import io.penstock.registry.RegistryFailure.NotOnnx;
import io.penstock.registry.RegistryFailure.OnnxUnsupported;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.artifact.Artifacts;
import io.penstock.registry.file.ArtifactFile;
import io.penstock.registry.file.ArtifactFilePath;
import io.penstock.registry.file.ArtifactFiles;
import io.penstock.registry.onnx.InlinedExternalTensors;
import io.penstock.registry.onnx.OnnxFile;
import io.penstock.registry.onnx.Signature;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/// Looks into the files of a version for a model that can be served: an ONNX model that `MLmodel`
/// names, or the only one there. A version whose files hold none is a version all the same.
@Singleton
public final class ServableFiles {

  private static final String MEDIA_TYPE = "application/onnx";

  private final Jdbi jdbi;
  private final Artifacts artifacts;
  private final List<FailureMapping> failures;

  ServableFiles(Jdbi jdbi, Artifacts artifacts, List<FailureMapping> failures) {
    this.jdbi = jdbi;
    this.artifacts = artifacts;
    this.failures = failures;
  }

  /// Reads the files in a directory; nobody holds them meanwhile.
  public VersionContents read(ArtifactFilePath folder, String caller) {
    var files = jdbi.withHandle(handle -> ArtifactFiles.below(handle, folder));
    var description = description(files, folder);
    var onnx = onnxFile(files, folder, description);
    if (onnx.isEmpty()) {
      return without(files, List.of());
    }
    try {
      return servable(files, onnx.get(), description, caller);
    } catch (FailureException unservable) {
      return without(files, List.of("nothing can serve it: " + words(unservable)));
    }
  }

  private static VersionContents without(List<ArtifactFile> files, List<String> findings) {
    return new VersionContents(
        files, Optional.empty(), VersionContents.ELSEWHERE.signature(), findings);
  }

  // What is wrong with a model is no failure here; a disk that does not answer is.
  private String words(FailureException unservable) {
    if (!isOfTheModel(unservable.failure())) {
      throw unservable;
    }
    return failures.stream()
        .flatMap(mapping -> mapping.statusOf(unservable.failure()).stream())
        .map(FailureStatus::message)
        .findFirst()
        .orElse("");
  }

  private static boolean isOfTheModel(Failure failure) {
    return failure instanceof NotOnnx
        || failure instanceof OnnxUnsupported
        || failure instanceof ExternalData;
  }

  private ModelDescription description(List<ArtifactFile> files, ArtifactFilePath folder) {
    return named(files, folder, ModelDescription.FILE)
        .filter(file -> file.size() <= ModelDescription.MOST_BYTES)
        .map(file -> StandardCharsets.UTF_8.decode(artifacts.bytes(file.digest())).toString())
        .map(ModelDescription::parse)
        .orElseGet(() -> ModelDescription.parse(""));
  }

  private static Optional<ArtifactFile> onnxFile(
      List<ArtifactFile> files, ArtifactFilePath folder, ModelDescription description) {
    if (description.onnxFile().isPresent()) {
      return named(files, folder, description.onnxFile().get());
    }
    var candidates = files.stream().filter(file -> file.path().name().endsWith(".onnx")).toList();
    return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
  }

  private static Optional<ArtifactFile> named(
      List<ArtifactFile> files, ArtifactFilePath folder, String name) {
    var path = folder.isRoot() ? name : folder.value() + "/" + name;
    return files.stream().filter(file -> file.path().value().equals(path)).findFirst();
  }

  private VersionContents servable(
      List<ArtifactFile> files, ArtifactFile onnx, ModelDescription description, String caller) {
    var bytes = artifacts.bytes(onnx.digest());
    var inlined =
        InlinedExternalTensors.inline(
            onnx.path().value(), bytes, location -> beside(files, onnx, location));
    var actual =
        OnnxFile.readSignature(onnx.path().value(), inlined.map(ByteBuffer::wrap).orElse(bytes));
    var findings = new ArrayList<String>();
    var signature = DeclaredSignature.complete(actual, description, findings);
    if (hasOpenShape(signature)) {
      findings.add("nothing can serve it: the file leaves the shape of a tensor open");
      return without(files, findings);
    }
    var artifact = inlined.map(whole -> store(whole, caller)).orElse(onnx.digest());
    return new VersionContents(files, Optional.of(artifact), signature, findings);
  }

  private Optional<ByteBuffer> beside(
      List<ArtifactFile> files, ArtifactFile onnx, String location) {
    var path = onnx.path().value();
    var folder = path.substring(0, path.lastIndexOf('/') + 1);
    return files.stream()
        .filter(file -> file.path().value().equals(folder + location))
        .findFirst()
        .map(file -> artifacts.bytes(file.digest()));
  }

  private ArtifactDigest store(byte[] whole, String caller) {
    var chunks = List.of(ByteBuffer.wrap(whole)).iterator();
    return artifacts.store(Optional.empty(), MEDIA_TYPE, chunks, caller).digest();
  }

  private static boolean hasOpenShape(Signature signature) {
    return Stream.concat(signature.inputs().stream(), signature.outputs().stream())
        .anyMatch(tensor -> tensor.shape().isEmpty());
  }
}
