package io.penstock.inference.runtime;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/// Where a model comes from, as often as it is needed.
///
/// @param version whose model it is, for logs and failures
/// @param artifact the name of its bytes: equal names, equal bytes
/// @param isolated whether it runs in a process of its own
public record ModelSource(String version, String artifact, boolean isolated, Reader reader) {

  /// Reads the file.
  @FunctionalInterface
  public interface Reader {

    /// The whole file in a direct buffer that lives as long as the arena.
    ByteBuffer read(Arena arena) throws IOException;
  }

  /// What decides how the loaded model behaves: sources that agree in it may use one another's
  /// models.
  public record Identity(String artifact, boolean isolated) {}

  public Identity identity() {
    return new Identity(artifact, isolated);
  }
}
