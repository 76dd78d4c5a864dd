package io.penstock.registry;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Where somebody says that files lie. A URI is text that others will open one day: what leads to
/// this machine's disk, or elsewhere than it seems to, is known here and refused by whoever asks,
/// each in the words of its own call.
public final class ArtifactUri {

  // A single letter is the drive of a Windows path.
  private static final Pattern SCHEME =
      Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]+):.*", Pattern.DOTALL);
  private static final Pattern ROOTED = Pattern.compile("[^:/]+:(?:/.*)?", Pattern.DOTALL);
  private static final Pattern PROXIED =
      Pattern.compile("mlflow-artifacts:(?://[^/]*)?/(.*?)/*", Pattern.CASE_INSENSITIVE);
  private static final Set<String> LOCAL = Set.of("file", "jar", "data", "classpath");
  private static final Set<String> REFERENCES = Set.of("runs", "models");

  private ArtifactUri() {}

  /// In lower case; empty for a plain path.
  public static String scheme(String uri) {
    var match = SCHEME.matcher(uri);
    return match.matches() ? match.group(1).toLowerCase(Locale.ROOT) : "";
  }

  /// Whether it names something of the machine that opens it, as `git+file:` does too.
  public static boolean isLocal(String uri) {
    var scheme = scheme(uri);
    return scheme.isEmpty() || Arrays.stream(scheme.split("\\+")).anyMatch(LOCAL::contains);
  }

  /// Whether it names files by the run or the model that they belong to.
  public static boolean isReference(String uri) {
    return REFERENCES.contains(scheme(uri));
  }

  /// Why somebody who decodes it, however often, and goes where it says could end up elsewhere than
  /// it seems. Clients put the names of files behind it, so that it has neither a query nor a
  /// fragment, harmless or not.
  public static Optional<String> problem(String uri) {
    return Decodings.problem(uri, ArtifactUri::problemOfForm);
  }

  private static Optional<String> problemOfForm(String uri) {
    if (uri.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("holds a control character");
    }
    if (uri.chars().anyMatch(character -> "#?\\".indexOf(character) >= 0)) {
      return Optional.of("holds one of the characters '#', '?' and '\\'");
    }
    if (!ROOTED.matcher(uri).matches()) {
      return Optional.of("is relative, expected a '/' after the scheme");
    }
    return problemOfPath(uri);
  }

  private static Optional<String> problemOfPath(String uri) {
    var segments = List.of(uri.split("/"));
    if (segments.contains("..") || segments.contains(".")) {
      return Optional.of("holds the path '.' or '..'");
    }
    var proxied = PROXIED.matcher(uri);
    return proxied.matches() && ("/" + proxied.group(1)).contains("//")
        ? Optional.of("holds an empty name, expected names with one '/' between them")
        : Optional.empty();
  }
}
