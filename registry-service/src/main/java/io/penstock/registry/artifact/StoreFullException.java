package io.penstock.registry.artifact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Bytes for which there is no room now: trying again helps once somebody has made some.
final class StoreFullException extends IOException {

  private static final long serialVersionUID = 1;

  // What may remain of a disk on which the next block does not fit.
  private static final long NEXT_TO_NOTHING = 1 << 20;

  private StoreFullException(IOException cause) {
    super(cause);
  }

  /// What a failed write to a file comes to. The operating system says it in its own language, so
  /// the disk is asked; a quota, which the disk knows nothing of, is known by its words alone.
  static IOException orSame(IOException failure, Path file) {
    return isFull(file) || String.valueOf(failure.getMessage()).contains("quota exceeded")
        ? new StoreFullException(failure)
        : failure;
  }

  private static boolean isFull(Path file) {
    try {
      return Files.getFileStore(file.getParent()).getUsableSpace() < NEXT_TO_NOTHING;
    } catch (IOException _) {
      return false;
    }
  }
}
