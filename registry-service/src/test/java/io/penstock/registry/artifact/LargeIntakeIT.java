package io.penstock.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeIntakeIT {

  private static final long SIZE = 2L << 30;

  @TempDir private Path directory;

  /// 2 GiB through a heap of 64 MiB: as much of 10 GB would be in memory.
  @Test
  void receive_ofMoreThanTheHeap_holdsAChunkAtATime() throws Exception {
    var taking =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=32m",
                "-cp",
                System.getProperty("java.class.path"),
                LargeIntake.class.getName(),
                directory.toString(),
                String.valueOf(SIZE))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(taking.inputReader().readLine()).isEqualTo(SIZE + " " + SIZE);
    assertThat(taking.waitFor()).isZero();
  }
}
