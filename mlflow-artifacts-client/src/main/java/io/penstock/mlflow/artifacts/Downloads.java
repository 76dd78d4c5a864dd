package io.penstock.mlflow.artifacts;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Lists and fetches files. A file gets its name here only when it came whole and is what the
/// server says it is; one that lies here already and is the same is not fetched again.
final class Downloads {

  private static final String FILES = "/mlflow-artifacts/artifacts";
  private static final int DEEPEST = 64;

  private final HttpCalls calls;
  private final Transfers transfers;

  Downloads(HttpCalls calls, Transfers transfers) {
    this.calls = calls;
    this.transfers = transfers;
  }

  /// What lies directly in a directory below the proxy, under paths from `root`.
  List<RemoteFile> list(String root, String below) {
    var path = ArtifactPath.join(root, below);
    var answer = calls.get(FILES + "?path=" + ArtifactPath.encodeValue(path));
    var found = new ArrayList<RemoteFile>();
    if (answer.has("files")) {
      answer
          .getAsJsonArray("files")
          .forEach(file -> found.add(read(file.getAsJsonObject(), below)));
    }
    return found;
  }

  private static RemoteFile read(JsonObject file, String below) {
    return new RemoteFile(
        ArtifactPath.join(below, file.get("path").getAsString()),
        file.has("is_dir") && file.get("is_dir").getAsBoolean(),
        file.has("file_size") ? file.get("file_size").getAsLong() : 0,
        Optional.ofNullable(file.get("sha256")).map(sha256 -> sha256.getAsString()));
  }

  /// Fetches a file, or everything below a directory, into a local directory; gives the local
  /// files.
  List<Path> download(String root, String path, Path into) {
    var files = new ArrayList<RemoteFile>();
    collect(root, path, files, DEEPEST);
    if (files.isEmpty() && !path.isEmpty()) {
      files.add(find(root, path));
    }
    var tasks = new ArrayList<Callable<Path>>();
    for (RemoteFile file : files) {
      tasks.add(() -> fetch(root, file, ArtifactPath.below(into, file.path())));
    }
    return transfers.all(tasks);
  }

  private void collect(String root, String below, List<RemoteFile> files, int depth) {
    if (depth == 0) {
      throw new ArtifactException("'%s' lies deeper than %d directories".formatted(below, DEEPEST));
    }
    for (RemoteFile file : list(root, below)) {
      if (file.isDirectory()) {
        collect(root, file.path(), files, depth - 1);
      } else {
        files.add(file);
      }
    }
  }

  // The directory above knows its size and digest, where the server tells them.
  private RemoteFile find(String root, String path) {
    return list(root, ArtifactPath.parent(path)).stream()
        .filter(file -> file.path().equals(path) && !file.isDirectory())
        .findFirst()
        .orElseThrow(() -> new ArtifactException("there is no artifact '%s'".formatted(path), 404));
  }

  private Path fetch(String root, RemoteFile file, Path target) throws IOException {
    if (isHere(file, target)) {
      return target;
    }
    Files.createDirectories(target.getParent());
    var part = Files.createTempFile(target.getParent(), ".", ".part");
    try {
      fetchInto(
          FILES + "/" + ArtifactPath.encode(ArtifactPath.join(root, file.path())), file, part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return target;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static boolean isHere(RemoteFile file, Path target) throws IOException {
    return file.sha256().isPresent()
        && Files.isRegularFile(target)
        && Files.size(target) == file.size()
        && Sha256.of(target).equals(file.sha256().get());
  }

  // What the server says with the bytes comes first: the file may have been replaced since it was
  // listed.
  private void fetchInto(String path, RemoteFile file, Path part) {
    var fetched = calls.fetch(path, part);
    fetched
        .announced()
        .or(file::sha256)
        .filter(sha256 -> !sha256.equals(fetched.sha256()))
        .ifPresent(
            sha256 -> {
              throw new ArtifactException(
                  "'%s' came with SHA-256 %s, expected %s"
                      .formatted(file.path(), fetched.sha256(), sha256));
            });
  }
}
