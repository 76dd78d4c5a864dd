package io.penstock.mlflow.artifacts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// The artifacts of runs and of registered versions: upload, list, download. Safe for use by many
/// threads; close it at the end.
///
/// ```java
/// try (var artifacts = MlflowArtifacts.fromEnvironment()) {
///   artifacts.uploadDirectory(runId, Path.of("out/model"), "model");
///   artifacts.download(runId, "model", Path.of("copy"));
/// }
/// ```
public final class MlflowArtifacts implements AutoCloseable {

  static final String SHA256 = "X-Penstock-Sha256";

  private final HttpCalls calls;
  private final Uploads uploads;
  private final Downloads downloads;

  private MlflowArtifacts(HttpCalls calls, TransferOptions options) {
    this.calls = calls;
    this.uploads = new Uploads(calls, new Transfers(options.parallel()), options);
    this.downloads = new Downloads(calls, new Transfers(options.parallel()));
  }

  /// The server that the variables `MLFLOW_TRACKING_*` name.
  public static MlflowArtifacts fromEnvironment() {
    return of(ArtifactServer.fromEnvironment(System.getenv()), TransferOptions.DEFAULT);
  }

  public static MlflowArtifacts of(ArtifactServer server, TransferOptions options) {
    var retries =
        new Retries(
            options.retries(), Thread::sleep, () -> ThreadLocalRandom.current().nextDouble());
    return new MlflowArtifacts(new HttpCalls(server, options, retries), options);
  }

  /// Sends a file into a directory of the run's artifacts; the empty path is their root.
  public void upload(String runId, Path file, String artifactPath) {
    var folder = ArtifactPath.join(root(runId), artifactPath);
    try {
      uploads.upload(file, ArtifactPath.join(folder, file.getFileName().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends everything below a local directory into a directory of the run's artifacts.
  public void uploadDirectory(String runId, Path directory, String artifactPath) {
    if (!Files.isDirectory(directory)) {
      throw new ArtifactException("'%s' is no directory".formatted(directory));
    }
    try {
      var _ = uploads.uploadAll(directory, ArtifactPath.join(root(runId), artifactPath));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What lies directly in a directory of the run's artifacts.
  public List<RemoteFile> list(String runId, String artifactPath) {
    return downloads.list(root(runId), artifactPath);
  }

  /// Fetches a file, or everything below a directory, of the run's artifacts, under the same paths
  /// below a local directory. Files that lie there already and are the same stay as they are, so an
  /// interrupted download goes on where it was.
  public List<Path> download(String runId, String artifactPath, Path into) {
    return downloads.download(root(runId), artifactPath, into);
  }

  /// Fetches all files of a registered version, under their paths below its directory.
  public List<Path> downloadVersion(String model, String version, Path into) {
    var root = versionRoot(model, version);
    var files = downloads.download(root, "", into);
    return files.isEmpty()
        ? downloads.download(ArtifactPath.parent(root), ArtifactPath.name(root), into)
        : files;
  }

  private String versionRoot(String model, String version) {
    var location =
        calls
            .get(
                "/mlflow/model-versions/get-download-uri?name=%s&version=%s"
                    .formatted(ArtifactPath.encodeValue(model), ArtifactPath.encodeValue(version)))
            .get("artifact_uri")
            .getAsString();
    return ArtifactPath.inRun(location)
        .map(file -> ArtifactPath.join(root(file.runId()), file.path()))
        .orElseGet(() -> ArtifactPath.ofLocation(location));
  }

  private String root(String runId) {
    var run = calls.get("/mlflow/runs/get?run_id=" + ArtifactPath.encodeValue(runId));
    return ArtifactPath.ofLocation(
        run.getAsJsonObject("run").getAsJsonObject("info").get("artifact_uri").getAsString());
  }

  @Override
  public void close() {
    calls.close();
  }
}
