package io.penstock.registry.file;

import io.penstock.registry.ByUtf8;
import io.penstock.registry.MlflowFailure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What lies directly in a directory, up to a bound, and where to go on.
///
/// @param entries in the order of their names, byte by byte
public record FileListing(List<FolderEntry> entries, Optional<String> nextToken) {

  /// As many entries as fit in one answer.
  public static final int MOST = 10_000;

  private static final Comparator<FolderEntry> BY_NAME =
      Comparator.comparing(entry -> entry.path().value(), ByUtf8.ORDER);

  /// @param walked one more than fit, in the order in which the walk came upon them
  static FileListing of(List<FolderEntry> walked) {
    boolean more = walked.size() > MOST;
    var fitting = more ? walked.subList(0, MOST) : walked;
    return new FileListing(
        fitting.stream().sorted(BY_NAME).toList(),
        more ? Optional.of(token(fitting.getLast())) : Optional.empty());
  }

  private static String token(FolderEntry last) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(behind(last).getBytes(StandardCharsets.UTF_8));
  }

  // The least path behind a file, or behind everything in a directory.
  private static String behind(FolderEntry entry) {
    return entry.file().isPresent() ? entry.path().value() + '\u0001' : entry.path().after();
  }

  /// Where the walk goes on; the empty token is its beginning.
  static String from(ArtifactFilePath folder, String token) {
    if (token.isEmpty()) {
      return folder.first();
    }
    try {
      var from = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (from.startsWith(folder.first()) && from.indexOf('\0') < 0) {
        return from;
      }
    } catch (IllegalArgumentException notOurs) {
      // Answered below, as every other token that is not from this listing.
    }
    throw MlflowFailure.invalid("Invalid page token");
  }
}
