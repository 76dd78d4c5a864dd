package io.penstock.registry.file;

import io.penstock.registry.Decodings;
import io.penstock.registry.RegistryFailure.InvalidPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A path of segments with a `/` between them, which was checked: it cannot lead out of where it
/// belongs, however often somebody decodes it further on. The root is the empty path.
///
/// Segments are any Unicode, compared byte by byte: a name is what the caller wrote, so two forms
/// of one letter (NFC and NFD) are two names.
public record ArtifactFilePath(String value) implements Comparable<ArtifactFilePath> {

  private static final int MOST_BYTES = 2_000;
  private static final int MOST_SEGMENT_BYTES = 255;
  private static final Pattern DRIVE_OR_FILE_URI = Pattern.compile("(?i)(?:[a-z]|file):.*");
  private static final Pattern URI = Pattern.compile("mlflow-artifacts:(?://[^/]*)?/(.*?)/*");

  /// Where everything lies. Comes last: it is checked too.
  public static final ArtifactFilePath ROOT = new ArtifactFilePath("");

  public ArtifactFilePath {
    problem(value)
        .ifPresent(
            detail -> {
              throw new IllegalArgumentException(detail);
            });
  }

  /// The path of a file, under the name of the field that it came in.
  public static ArtifactFilePath file(String field, String text) {
    if (text.isEmpty()) {
      throw new InvalidPath(field, "was empty, expected the path of a file").exception();
    }
    return checked(field, text);
  }

  /// The path of a file or of a directory, which may end with a `/`; not the root.
  public static ArtifactFilePath fileOrFolder(String field, String text) {
    var path = folder(field, text);
    return path.isRoot() ? file(field, text) : path;
  }

  /// The path of a directory: may be empty, and may end with a `/`.
  public static ArtifactFilePath folder(String field, String text) {
    boolean trailing = text.length() > 1 && text.endsWith("/");
    return checked(field, trailing ? text.substring(0, text.length() - 1) : text);
  }

  private static ArtifactFilePath checked(String field, String text) {
    problem(text)
        .ifPresent(
            detail -> {
              throw new InvalidPath(field, detail).exception();
            });
    return new ArtifactFilePath(text);
  }

  /// Where a location `mlflow-artifacts:/…` leads to, which may end with a `/`; empty where it is
  /// another kind of location or one that no path can be made of.
  public static Optional<ArtifactFilePath> ofUri(String uri) {
    var match = URI.matcher(uri);
    return match.matches() && problem(match.group(1)).isEmpty()
        ? Optional.of(new ArtifactFilePath(match.group(1)))
        : Optional.empty();
  }

  private static Optional<String> problem(String text) {
    if (bytes(text) > MOST_BYTES) {
      return Optional.of("has %d bytes, expected at most %d".formatted(bytes(text), MOST_BYTES));
    }
    return Decodings.problem(text, ArtifactFilePath::problemAsRead);
  }

  private static Optional<String> problemAsRead(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.chars().anyMatch(ArtifactFilePath::isForbidden)) {
      return Optional.of("holds a control character, '\\' or '#'");
    }
    if (DRIVE_OR_FILE_URI.matcher(text).matches()) {
      return Optional.of("begins with a drive or with file:, expected a relative path");
    }
    return List.of(text.split("/", -1)).stream()
        .map(ArtifactFilePath::problemOfSegment)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static boolean isForbidden(int character) {
    return character == '\\' || character == '#' || Character.isISOControl(character);
  }

  private static Optional<String> problemOfSegment(String segment) {
    if (segment.isEmpty()) {
      return Optional.of("holds an empty segment, expected names with one '/' between them");
    }
    if (segment.equals(".") || segment.equals("..")) {
      return Optional.of("holds the segment '%s'".formatted(segment));
    }
    return bytes(segment) > MOST_SEGMENT_BYTES
        ? Optional.of(
            "holds a segment of %d bytes, expected at most %d"
                .formatted(bytes(segment), MOST_SEGMENT_BYTES))
        : Optional.empty();
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  public boolean isRoot() {
    return value.isEmpty();
  }

  /// This path and a further one below it.
  public ArtifactFilePath resolve(ArtifactFilePath below) {
    if (isRoot() || below.isRoot()) {
      return isRoot() ? below : this;
    }
    return checked("path", value + "/" + below.value);
  }

  /// The last segment.
  public String name() {
    return value.substring(value.lastIndexOf('/') + 1);
  }

  /// What remains of this path, which lies below the folder; the name of a file that is no folder's
  /// but stands for itself.
  public String relativeTo(ArtifactFilePath folder) {
    if (equals(folder)) {
      return name();
    }
    return folder.isRoot() ? value : value.substring(folder.value.length() + 1);
  }

  /// The directories that this path lies in, the root not among them.
  List<String> parents() {
    var parents = new ArrayList<String>();
    for (int at = value.indexOf('/'); at >= 0; at = value.indexOf('/', at + 1)) {
      parents.add(value.substring(0, at));
    }
    return parents;
  }

  /// Below what paths of this folder begin: compared byte by byte they are the least, and
  /// everything from there up to [#after] is in the folder.
  String first() {
    return isRoot() ? "" : value + "/";
  }

  /// The least text behind everything in this folder: `0` comes next after `/`.
  String after() {
    return isRoot() ? "\uDBFF\uDFFF" : value + "0";
  }

  @Override
  public int compareTo(ArtifactFilePath other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
