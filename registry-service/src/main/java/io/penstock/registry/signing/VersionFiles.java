package io.penstock.registry.signing;

import io.penstock.registry.artifact.Artifact;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.file.ArtifactFilePath;
import io.penstock.registry.version.VersionName;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// The files of versions, as they were when they were registered.
public final class VersionFiles {

  private VersionFiles() {}

  /// The files of a version by their paths below its directory; empty where the registry holds none
  /// of them. A version that was registered from an artifact alone is one file.
  public static Optional<ModelManifest> of(Handle handle, VersionName version) {
    Map<String, ArtifactDigest> files = directory(handle, version);
    if (files.isEmpty()) {
      files = artifact(handle, version);
    }
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(ModelManifest.of(version.toString(), files));
  }

  private static Map<String, ArtifactDigest> directory(Handle handle, VersionName version) {
    var files = new TreeMap<String, ArtifactDigest>();
    handle
        .createQuery(
            """
            select file.path, file.sha256, version.location from model_version_file file
            join model_version version using (model, number)
            where model = :model and number = :number""")
        .bind("model", version.model())
        .bind("number", version.number())
        .map(
            (row, _) ->
                files.put(
                    below(row.getString("location"), row.getString("path")),
                    new ArtifactDigest(row.getString("sha256"))))
        .list();
    return files;
  }

  private static String below(String location, String path) {
    return ArtifactFilePath.ofUri(location)
        .map(folder -> new ArtifactFilePath(path).relativeTo(folder))
        .orElse(path);
  }

  private static Map<String, ArtifactDigest> artifact(Handle handle, VersionName version) {
    return handle
        .createQuery(
            """
            select sha256, media_type from artifact
            where sha256 =
              (select artifact from model_version where model = :model and number = :number)""")
        .bind("model", version.model())
        .bind("number", version.number())
        .map(
            (row, _) ->
                Map.of(
                    Artifact.fileName(row.getString("media_type")),
                    new ArtifactDigest(row.getString("sha256"))))
        .findOne()
        .orElse(Map.of());
  }
}
