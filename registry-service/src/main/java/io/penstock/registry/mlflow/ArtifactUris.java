package io.penstock.registry.mlflow;

import io.penstock.registry.MlflowFailure;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Where callers say that artifacts lie: a place on another system, or behind the registry's own
/// proxy. Never one on this machine, and never one that leads elsewhere than it says. MLflow's
/// published path traversals came in by texts that were checked before they were decoded, so what
/// is checked here is every form that decoding gives.
final class ArtifactUris {

  private static final int LONGEST = 2_048;
  private static final int MOST_ENCODINGS = 10;
  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(.*)", Pattern.DOTALL);
  // What a server would look up among its own files or runs.
  private static final Set<String> LOCAL =
      Set.of("file", "jar", "runs", "models", "data", "classpath");

  private ArtifactUris() {}

  /// Refuses what is no place for artifacts of others.
  ///
  /// @param field `artifact_location`
  static void checkLocation(String field, String uri) {
    TextLimits.check(field, uri, LONGEST);
    var scheme = scheme(uri);
    if (scheme.isEmpty() || LOCAL.contains(scheme)) {
      throw invalid(field, uri, "Expected the URI of a remote store or of mlflow-artifacts:/.");
    }
    checkPath(field, uri);
  }

  /// Refuses a text that leads elsewhere than it says, however it is encoded.
  static void checkPath(String field, String uri) {
    var text = uri;
    for (int i = 0; i < MOST_ENCODINGS; i++) {
      checkOnce(field, uri, text);
      var decoded = decoded(field, uri, text);
      if (decoded.equals(text)) {
        return;
      }
      text = decoded;
    }
    throw invalid(field, uri, "It is encoded too often.");
  }

  private static void checkOnce(String field, String uri, String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw invalid(field, uri, "It holds control characters.");
    }
    if (text.indexOf('#') >= 0 || text.indexOf('?') >= 0 || text.indexOf('\\') >= 0) {
      throw invalid(field, uri, "It holds one of the characters '#', '?' and '\\'.");
    }
    for (var part : text.split("/")) {
      if (part.equals("..") || part.equals(".")) {
        throw invalid(field, uri, "It holds the path '%s'.".formatted(part));
      }
    }
  }

  // A plus is a plus in paths.
  private static String decoded(String field, String uri, String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw invalid(field, uri, "It holds a broken percent encoding.");
    }
  }

  /// In lower case; empty where there is none. A single letter is a drive of Windows.
  static String scheme(String uri) {
    var matcher = SCHEME.matcher(uri);
    return matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
  }

  private static RuntimeException invalid(String field, String uri, String problem) {
    return MlflowFailure.invalid(
        "Invalid value %s for parameter '%s' supplied: %s"
            .formatted(PythonText.json(uri), field, problem));
  }
}
