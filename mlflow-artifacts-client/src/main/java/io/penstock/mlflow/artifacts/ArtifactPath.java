package io.penstock.mlflow.artifacts;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Paths of files at the server and here.
final class ArtifactPath {

  private static final Pattern PROXIED = Pattern.compile("mlflow-artifacts:(?://[^/]*)?/(.*)");

  private static final Pattern IN_RUN = Pattern.compile("runs:/+([^/]+)/?(.*?)/*");

  /// A path below the artifacts of a run.
  record InRun(String runId, String path) {}

  private ArtifactPath() {}

  /// What a location of the form `runs:/{run}/{path}` names; empty for every other form.
  static Optional<InRun> inRun(String location) {
    return Optional.of(IN_RUN.matcher(location))
        .filter(Matcher::matches)
        .map(match -> new InRun(match.group(1), match.group(2)));
  }

  /// The path below the proxy that an artifact location stands for.
  static String ofLocation(String location) {
    var match = PROXIED.matcher(location);
    if (!match.matches()) {
      throw new ArtifactException(
          "the artifacts lie at '%s', expected a location mlflow-artifacts:/… that the server proxies"
              .formatted(location));
    }
    return match.group(1);
  }

  static String join(String folder, String name) {
    return folder.isEmpty() || name.isEmpty() ? folder + name : folder + "/" + name;
  }

  /// Everything before the last segment.
  static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /// The last segment.
  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  static String encode(String path) {
    return Arrays.stream(path.split("/", -1))
        .map(ArtifactPath::encodeValue)
        .collect(Collectors.joining("/"));
  }

  static String encodeValue(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// Where a file of that name goes below a directory. A server cannot make us write elsewhere.
  static Path below(Path directory, String name) {
    var root = directory.toAbsolutePath().normalize();
    var target = root.resolve(name).normalize();
    if (name.isEmpty() || !target.startsWith(root) || target.equals(root) || name.contains("\\")) {
      throw new ArtifactException("the server named a file '%s'".formatted(name));
    }
    return target;
  }

  /// The path of a local file below a directory, with `/` on every system.
  static String relative(Path directory, Path file) {
    var segments = directory.relativize(file);
    var path = new StringBuilder();
    for (var segment : segments) {
      path.append(path.isEmpty() ? "" : "/").append(segment);
    }
    return path.toString();
  }
}
