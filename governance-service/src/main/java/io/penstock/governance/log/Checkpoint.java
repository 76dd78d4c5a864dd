package io.penstock.governance.log;

import io.penstock.governance.tree.Hash;
import java.util.Base64;
import java.util.List;

/// What the log says of itself at one size, signed: the note of C2SP tlog-checkpoint.
///
/// @param note body and signature lines, as published
public record Checkpoint(String origin, long size, Hash root, String note) {

  /// Signs a statement. Ed25519 is deterministic, so the same statement always gives the same note.
  static Checkpoint sign(String origin, long size, Hash root, SigningKey key) {
    String body =
        origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root.bytes()) + "\n";
    return new Checkpoint(origin, size, root, body + "\n" + key.signatureLine(origin, body));
  }

  /// Reads a note that this key must have signed for this origin.
  static Checkpoint read(String note, String origin, SigningKey key) {
    int end = note.indexOf("\n\n");
    List<String> lines = note.lines().toList();
    if (end < 0 || lines.size() < 5) {
      throw new LogCorrupt("the checkpoint is no signed note: " + note);
    }
    String body = note.substring(0, end + 1);
    if (!lines.getFirst().equals(origin) || !key.signed(origin, body, lines.get(4))) {
      throw new LogCorrupt(
          "the checkpoint of origin '%s' was not signed by this key for '%s'"
              .formatted(lines.getFirst(), origin));
    }
    Hash root = Hash.at(Base64.getDecoder().decode(lines.get(2)), 0);
    return new Checkpoint(origin, Long.parseLong(lines.get(1)), root, note);
  }
}
