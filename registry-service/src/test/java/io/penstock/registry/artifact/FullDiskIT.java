package io.penstock.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that fills up in the middle of an upload: one in memory, in a mount namespace of its own,
/// which needs no rights where the kernel lets users have them.
class FullDiskIT {

  private static final String MOUNT = "mount -t tmpfs -o size=8m none \"$0\" && exec \"$@\"";

  @TempDir private Path directory;

  @Test
  void anUploadThatDoesNotFit_isRefused_leavesNothing_andFitsOnceThereIsRoom() throws Exception {
    require("unshare", "-rm", "sh", "-c", MOUNT, directory.toString(), "true");
    var process =
        new ProcessBuilder(
                "unshare",
                "-rm",
                "sh",
                "-c",
                MOUNT,
                directory.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                FullDisk.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().lines())
        .containsExactly(
            "too long: ArtifactStoreFull",
            "left over: 0",
            "kept before: 3145728",
            "fits: 4194304 bytes",
            "fits no more: ArtifactStoreFull",
            "fits again: 4194304 bytes");
    assertThat(process.waitFor()).isZero();
  }

  private static void require(String... command) throws InterruptedException {
    int status;
    try {
      status = new ProcessBuilder(command).start().waitFor();
    } catch (IOException e) {
      status = -1;
    }
    Assumptions.assumeTrue(status == 0, "no mount namespaces for users here");
  }
}
