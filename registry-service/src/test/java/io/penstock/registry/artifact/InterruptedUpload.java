package io.penstock.registry.artifact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A process that writes half an artifact, says so, and then waits to be killed.
final class InterruptedUpload {

  static final byte[] HALF = "half of the weights".getBytes(StandardCharsets.UTF_8);

  private InterruptedUpload() {}

  public static void main(String... args) throws IOException {
    var store = FileArtifactStore.open(Path.of(args[0]));
    var deposit = store.begin();
    deposit.write(ByteBuffer.wrap(HALF));
    System.out.println("written");
    int _ = System.in.read();
  }
}
