package io.penstock.registry.bom;

import com.google.protobuf.Struct;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.artifact.Artifacts;
import io.penstock.registry.experiment.Run;
import io.penstock.registry.experiment.Runs;
import io.penstock.registry.signing.ModelManifest;
import io.penstock.registry.signing.VersionFiles;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionRepository;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/// Gathers what the registry knows of a version's materials.
@Singleton
public final class ModelBoms {

  private static final String REQUIREMENTS = "requirements.txt";

  private final Jdbi jdbi;
  private final Artifacts artifacts;
  private final Runs runs;

  ModelBoms(Jdbi jdbi, Artifacts artifacts, Runs runs) {
    this.jdbi = jdbi;
    this.artifacts = artifacts;
    this.runs = runs;
  }

  /// The bill of materials of a version.
  public Struct of(VersionName name) {
    var version = jdbi.withHandle(handle -> VersionRepository.require(handle, name));
    var files =
        jdbi.withHandle(handle -> VersionFiles.of(handle, name))
            .map(ModelManifest::files)
            .<Map<String, ArtifactDigest>>map(sorted -> sorted)
            .orElse(Map.of());
    return BomDocument.of(
        new Materials(
            version,
            files,
            version.run().map(runs::get).map(Run::inputs).orElse(List.of()),
            dependencies(version, Optional.ofNullable(files.get(REQUIREMENTS)))));
  }

  private List<String> dependencies(ModelVersion version, Optional<ArtifactDigest> requirements) {
    return Stream.concat(
            version.dependencies().stream(),
            requirements.map(this::text).map(Requirements::purls).orElse(List.of()).stream())
        .distinct()
        .toList();
  }

  private String text(ArtifactDigest digest) {
    return StandardCharsets.UTF_8.decode(artifacts.bytes(digest).duplicate()).toString();
  }
}
