package io.penstock.registry.bom;

import com.google.protobuf.Struct;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.artifact.Artifacts;
import io.penstock.registry.signing.ModelManifest;
import io.penstock.registry.signing.VersionFiles;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionRepository;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Gathers what the registry knows of a version's materials.
@Singleton
public final class ModelBoms {

  private static final String REQUIREMENTS = "requirements.txt";
  // A longer file is no list of requirements, and would fill the memory.
  private static final long MOST_BYTES = 1 << 20;

  private final Jdbi jdbi;
  private final Artifacts artifacts;

  ModelBoms(Jdbi jdbi, Artifacts artifacts) {
    this.jdbi = jdbi;
    this.artifacts = artifacts;
  }

  /// The bill of materials of a version.
  public Struct of(VersionName name) {
    var recorded = jdbi.withHandle(handle -> recorded(handle, name));
    var required = Optional.ofNullable(recorded.files().get(REQUIREMENTS)).map(this::required);
    return BomDocument.of(recorded.with(required.orElse(List.of())));
  }

  private static Materials recorded(Handle handle, VersionName name) {
    var version = VersionRepository.require(handle, name);
    return new Materials(
        version,
        VersionFiles.of(handle, name)
            .<Map<String, ArtifactDigest>>map(ModelManifest::files)
            .orElse(Map.of()),
        VersionRepository.inputs(handle, name),
        version.dependencies());
  }

  private List<String> required(ArtifactDigest file) {
    return artifacts.get(file).sizeBytes() > MOST_BYTES
        ? List.of()
        : Requirements.purls(StandardCharsets.UTF_8.decode(artifacts.bytes(file)).toString());
  }
}
