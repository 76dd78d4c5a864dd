package io.penstock.registry;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/// Where somebody says that files lie. A URI is text that others will open one day: what leads to
/// this machine's disk, or out of where it seems to lead, is known here and refused by whoever
/// asks.
public final class ArtifactUri {

  private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*):.*");
  private static final Pattern ROOTED = Pattern.compile("(?s)[a-zA-Z][a-zA-Z0-9+.-]*:(?:/.*)?");
  private static final Pattern SEPARATORS = Pattern.compile("[/\\\\?#&=]");
  private static final int MOST_DECODINGS = 10;

  private ArtifactUri() {}

  /// In lower case; empty for a plain path.
  public static String scheme(String uri) {
    var match = SCHEME.matcher(uri);
    // One letter is the drive of a Windows path.
    return match.matches() && match.group(1).length() > 1
        ? match.group(1).toLowerCase(Locale.ROOT)
        : "";
  }

  /// Whether it names files of this machine.
  public static boolean isLocal(String uri) {
    var scheme = scheme(uri.strip());
    return scheme.isEmpty() || scheme.equals("file");
  }

  /// Whether somebody who decodes it, however often, and goes where it says could end up elsewhere;
  /// in its query or fragment too, which some take for a part of the path.
  public static boolean leadsOut(String uri) {
    var decoded = uri;
    for (int i = 0; i < MOST_DECODINGS; i++) {
      if (leadsOutAsRead(decoded)) {
        return true;
      }
      var further = decode(decoded);
      if (further.equals(decoded)) {
        return false;
      }
      decoded = further;
    }
    return true;
  }

  private static boolean leadsOutAsRead(String uri) {
    return !ROOTED.matcher(uri).matches()
        || uri.chars().anyMatch(Character::isISOControl)
        || Arrays.stream(SEPARATORS.split(uri))
            .anyMatch(segment -> segment.equals("..") || segment.equals("."));
  }

  // What is no escape stays as it is.
  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException noEscape) {
      return text;
    }
  }
}
