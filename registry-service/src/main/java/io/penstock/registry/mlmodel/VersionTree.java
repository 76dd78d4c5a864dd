package io.penstock.registry.mlmodel;

import io.penstock.registry.artifact.Artifact;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.artifact.Artifacts;
import io.penstock.registry.file.ArtifactFile;
import io.penstock.registry.file.ArtifactFilePath;
import io.penstock.registry.file.MadeFiles;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionRepository;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;

/// Shows a version that was registered from an artifact as the folder that MLflow's clients expect:
/// the artifact under a name, and beside an ONNX model the `MLmodel` that says how to load it.
@Singleton
public final class VersionTree implements MadeFiles {

  private static final Pattern PATH =
      Pattern.compile(FOLDER + "/([^/]+)/([1-9][0-9]{0,17})(?:/([^/]+))?");

  private final Jdbi jdbi;
  private final Artifacts artifacts;

  VersionTree(Jdbi jdbi, Artifacts artifacts) {
    this.jdbi = jdbi;
    this.artifacts = artifacts;
  }

  /// The version whose folder this is.
  public Optional<ModelVersion> versionAt(ArtifactFilePath folder) {
    return match(folder).filter(match -> match.group(3) == null).flatMap(this::version);
  }

  @Override
  public Optional<ArtifactFile> find(ArtifactFilePath path) {
    return match(path).stream()
        .flatMap(match -> version(match).stream())
        .flatMap(version -> files(version).stream())
        .filter(file -> file.path().equals(path))
        .findFirst();
  }

  @Override
  public List<ArtifactFile> list(ArtifactFilePath folder) {
    return versionAt(folder).map(this::files).orElse(List.of());
  }

  @Override
  public InputStream open(ArtifactFile file) {
    return file.path().name().equals(ModelDescription.FILE)
        ? new ByteArrayInputStream(description(file.path()))
        : artifacts.open(file.digest());
  }

  private byte[] description(ArtifactFilePath path) {
    return match(path).flatMap(this::version).map(VersionTree::description).orElseThrow();
  }

  private static byte[] description(ModelVersion version) {
    return WrittenDescription.of(version, Artifact.ONNX_FILE);
  }

  private static Optional<Matcher> match(ArtifactFilePath path) {
    return Optional.of(PATH.matcher(path.value())).filter(Matcher::matches);
  }

  // One that was registered from files has them where it says.
  private Optional<ModelVersion> version(Matcher match) {
    var name = new VersionName(match.group(1), Long.parseLong(match.group(2)));
    return jdbi.withHandle(handle -> VersionRepository.find(handle, name))
        .filter(version -> version.artifact().isPresent());
  }

  private List<ArtifactFile> files(ModelVersion version) {
    var artifact = artifacts.get(version.artifact().orElseThrow());
    var files = new ArrayList<ArtifactFile>();
    var name = Artifact.fileName(artifact.mediaType());
    if (name.equals(Artifact.ONNX_FILE)) {
      files.add(made(version, description(version)));
    }
    files.add(new ArtifactFile(path(version, name), artifact.digest(), artifact.sizeBytes()));
    return files;
  }

  private static ArtifactFile made(ModelVersion version, byte[] description) {
    var sha256 = ArtifactDigest.sha256();
    sha256.update(ByteBuffer.wrap(description));
    return new ArtifactFile(
        path(version, ModelDescription.FILE), ArtifactDigest.of(sha256), description.length);
  }

  private static ArtifactFilePath path(ModelVersion version, String file) {
    var folder = MadeFiles.location(version.name().model(), version.name().number());
    return ArtifactFilePath.ofUri(folder).orElseThrow().resolve(new ArtifactFilePath(file));
  }
}
