package io.penstock.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {

  @TempDir private Path directory = Path.of("unset");

  private PidFile file() {
    return PidFile.of(Home.at(directory), "suite");
  }

  @Test
  void process_running() {
    file().write(ProcessHandle.current());
    assertThat(file().process()).contains(ProcessHandle.current());
  }

  @Test
  void process_ended() throws IOException, InterruptedException {
    Process ended = new ProcessBuilder("true").start();
    file().write(ended.toHandle());
    ended.waitFor();
    assertThat(file().process()).isEmpty();
  }

  @Test
  void process_pidGivenOutAgain() throws IOException {
    String pid = Long.toString(ProcessHandle.current().pid());
    Files.write(file().file(), List.of(pid, "2001-01-01T00:00:00Z"));
    assertThat(file().process()).isEmpty();
  }

  @Test
  void process_noFileOrGarbage() throws IOException {
    assertThat(file().process()).isEmpty();
    Files.writeString(file().file(), "half a");
    assertThat(file().process()).isEmpty();
  }
}
