package io.penstock.registry.migration;

import io.grpc.Context;
import io.penstock.proto.mlflow.v1.FileInfo;
import io.penstock.proto.mlflow.v1.ListArtifactsResponse;
import io.penstock.registry.file.ArtifactFilePath;
import io.penstock.registry.file.ArtifactFiles;
import io.penstock.registry.migration.ImportJob.Count;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;

/// Copies files from the other server, each as a stream: what is in memory is one chunk.
final class FileImport {

  private static final int CHUNK_BYTES = 256 << 10;
  private static final String PROXY_SCHEME = "mlflow-artifacts:";
  private static final Pattern IN_RUN = Pattern.compile("runs:/+(?<run>[^/]+)/(?<folder>.+?)/*");

  private final ImportSession session;
  private final ArtifactFiles files;

  FileImport(ImportSession session, ArtifactFiles files) {
    this.session = session;
    this.files = files;
  }

  /// Copies all that a run has below its artifact root.
  ///
  /// @param target path of the local run's files
  void ofRun(String run, String target) throws IOException, InterruptedException {
    var _ = ofRun(run, "", target);
  }

  /// The same below one of the run's folders.
  ///
  /// @return whether there was a file
  private boolean ofRun(String run, String root, String target)
      throws IOException, InterruptedException {
    boolean found = false;
    var folders = new ArrayDeque<String>();
    folders.add(root);
    while (!folders.isEmpty()) {
      var folder = folders.remove();
      for (var file : list(run, folder)) {
        if (file.getIsDir()) {
          folders.add(file.getPath());
        } else {
          var path = within(root, file.getPath());
          var _ =
              session
                  .source()
                  .downloadOfRun(run, file.getPath(), body -> store(target, path, body));
          found = true;
        }
      }
    }
    return found;
  }

  private static String within(String root, String path) throws IOException {
    if (root.isEmpty()) {
      return path;
    }
    if (!path.startsWith(root + "/")) {
      throw new IOException("the server lists '%s' in '%s'".formatted(path, root));
    }
    return path.substring(root.length() + 1);
  }

  private Iterable<FileInfo> list(String run, String folder)
      throws IOException, InterruptedException {
    var found = ListArtifactsResponse.newBuilder();
    var query = new LinkedHashMap<String, String>();
    query.put("run_id", run);
    if (!folder.isEmpty()) {
      query.put("path", folder);
    }
    do {
      found.clearNextPageToken();
      session.source().get("artifacts/list", query, found);
      query.put("page_token", found.getNextPageToken());
    } while (!found.getNextPageToken().isEmpty());
    return found.getFilesList();
  }

  /// Copies what lies at a location that the other server serves: its proxy's, or in one of its
  /// runs. False where the location is of another kind, and only its owner can copy what lies
  /// there, and where its run has nothing there.
  boolean ofLocation(String location, String target) throws IOException, InterruptedException {
    var inRun = IN_RUN.matcher(location);
    if (inRun.matches()) {
      return ofRun(inRun.group("run"), inRun.group("folder"), target);
    }
    var root = proxied(location);
    if (root.isEmpty()) {
      return false;
    }
    var folders = new ArrayDeque<String>();
    folders.add("");
    while (!folders.isEmpty()) {
      var folder = folders.remove();
      var listed =
          session.source().listProxied(root.get() + folder, ListArtifactsResponse.newBuilder());
      for (var file : listed.getFilesList()) {
        copyOrVisit(root.get(), folder + "/" + file.getPath(), file.getIsDir(), target, folders);
      }
    }
    return true;
  }

  private void copyOrVisit(
      String root, String path, boolean folder, String target, ArrayDeque<String> folders)
      throws IOException, InterruptedException {
    if (folder) {
      folders.add(path);
    } else {
      var _ =
          session
              .source()
              .downloadProxied(root + path, body -> store(target, path.substring(1), body));
    }
  }

  private static Optional<String> proxied(String location) {
    return location.startsWith(PROXY_SCHEME)
        ? Optional.of(location.substring(PROXY_SCHEME.length()).replaceFirst("^(//[^/]*)?/+", ""))
        : Optional.empty();
  }

  private long store(String target, String path, InputStream body) throws IOException {
    session.progress().check();
    try {
      var caller = session.local().caller();
      var file =
          caller
              .in(Context.current())
              .call(
                  () ->
                      files.upload(
                          ArtifactFilePath.file("path", target + "/" + path),
                          Optional.empty(),
                          new Chunks(body),
                          caller.principal().name()));
      session.progress().add(Count.FILES, 1);
      session.progress().add(Count.BYTES, file.size());
      return file.size();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (RuntimeException | IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// The chunks of a stream.
  private static final class Chunks implements Iterator<ByteBuffer> {

    private final InputStream body;
    private byte[] next;

    Chunks(InputStream body) {
      this.body = body;
      this.next = read();
    }

    private byte[] read() {
      try {
        return body.readNBytes(CHUNK_BYTES);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean hasNext() {
      return next.length > 0;
    }

    @Override
    public ByteBuffer next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      var chunk = ByteBuffer.wrap(next);
      next = read();
      return chunk;
    }
  }
}
