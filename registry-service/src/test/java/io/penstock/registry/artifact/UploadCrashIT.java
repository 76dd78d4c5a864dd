package io.penstock.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a real process between its write and its rename.
class UploadCrashIT {

  @TempDir private Path directory;

  @Test
  void kill_betweenWriteAndRename_leavesNothingVisible_andTheNextStartSweeps() throws Exception {
    var uploading = launch();
    assertThat(uploading.inputReader().readLine()).isEqualTo("written");
    assertThat(unfinished()).hasSize(1);

    uploading.destroyForcibly().waitFor();
    assertThat(unfinished()).hasSize(1);

    try (var store = FileArtifactStore.open(directory)) {
      assertThat(unfinished()).isEmpty();
      assertThatThrownBy(() -> store.open(ArtifactStoreContract.digestOf(InterruptedUpload.HALF)))
          .isInstanceOf(NoSuchFileException.class);
    }
  }

  @Test
  void start_besideALivingUpload_doesNotSweepIt() throws Exception {
    var uploading = launch();
    assertThat(uploading.inputReader().readLine()).isEqualTo("written");
    try (var _ = FileArtifactStore.open(directory)) {
      assertThat(unfinished()).hasSize(1);
    } finally {
      uploading.destroyForcibly().waitFor();
    }
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-XX:TieredStopAtLevel=1",
            InterruptedUpload.class.getName(),
            directory.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private List<Path> unfinished() throws IOException {
    try (var files = Files.walk(directory.resolve("uploads"))) {
      return files.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).toList();
    }
  }
}
