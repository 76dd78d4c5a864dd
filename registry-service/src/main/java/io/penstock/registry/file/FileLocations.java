package io.penstock.registry.file;

import io.penstock.registry.MlflowFailure.DoesNotExist;
import io.penstock.registry.RegistryFailure.FilesElsewhere;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.artifact.ArtifactDigest;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Where the files of runs and of registered versions lie.
@Singleton
public final class FileLocations {

  /// Where the files of a run lie, as its clients know it.
  public record Root(String uri, ArtifactFilePath path) {}

  private final Jdbi jdbi;
  private final MadeFiles made;

  FileLocations(Jdbi jdbi, MadeFiles made) {
    this.jdbi = jdbi;
    this.made = made;
  }

  /// The root of a run's files, which has to be on this server.
  public Root ofRun(String run) {
    var uri =
        jdbi.withHandle(handle -> uriOf(handle, run))
            .orElseThrow(
                () -> new DoesNotExist("Run with id=%s not found".formatted(run)).exception());
    return new Root(
        uri,
        ArtifactFilePath.ofUri(uri)
            .orElseThrow(() -> new FilesElsewhere("run " + run, uri).exception()));
  }

  private static Optional<String> uriOf(Handle handle, String run) {
    return handle
        .createQuery("select artifact_uri from run where run_id = :run")
        .bind("run", run)
        .mapTo(String.class)
        .findOne();
  }

  /// A file of a registered version, as it was when the version was registered: the nearest one to
  /// the version's root that has this path.
  public ArtifactFile inVersion(String model, String number, ArtifactFilePath path) {
    return jdbi.withHandle(handle -> frozen(handle, model, number, path))
        .or(() -> made(model, number, path))
        .orElseThrow(
            () ->
                new NotFound(Kind.FILE, "models/%s/%s/%s".formatted(model, number, path))
                    .exception());
  }

  private static Optional<ArtifactFile> frozen(
      Handle handle, String model, String number, ArtifactFilePath path) {
    return handle
        .createQuery(
            """
            select file.path, file.sha256, file.size_bytes
            from model
            join model_version_file file on file.model = model.id
            where model.name = :model and model.delete_time is null
              and file.number::text = :number
              and right(file.path, length(:path) + 1) = '/' || :path
            order by length(file.path) limit 1""")
        .bind("model", model)
        .bind("number", number)
        .bind("path", path.value())
        .map(
            (row, _) ->
                new ArtifactFile(
                    new ArtifactFilePath(row.getString("path")),
                    new ArtifactDigest(row.getString("sha256")),
                    row.getLong("size_bytes")))
        .findOne();
  }

  private Optional<ArtifactFile> made(String model, String number, ArtifactFilePath path) {
    return jdbi.withHandle(handle -> locationOf(handle, model, number))
        .flatMap(ArtifactFilePath::ofUri)
        .filter(MadeFiles::hold)
        .flatMap(folder -> made.find(folder.resolve(path)));
  }

  private static Optional<String> locationOf(Handle handle, String model, String number) {
    return handle
        .createQuery(
            """
            select version.location from model join model_version version on version.model = model.id
            where model.name = :model and model.delete_time is null
              and version.number::text = :number and version.location is not null""")
        .bind("model", model)
        .bind("number", number)
        .mapTo(String.class)
        .findOne();
  }
}
