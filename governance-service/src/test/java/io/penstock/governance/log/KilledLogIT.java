package io.penstock.governance.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.governance.JavaProcess;
import io.penstock.governance.tree.Entries;
import io.penstock.governance.tree.NaiveTree;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledLogIT {

  private static final int KILLS = 6;
  private static final long SEED = 20010401;

  @TempDir Path directory;

  @Test
  void killed_againAndAgain_keepsWhatWasAcknowledged() throws Exception {
    var random = new Random(SEED);
    Map<Long, String> acknowledged = new HashMap<>();
    for (int kill = 0; kill < KILLS; kill++) {
      appendUntilKilled(random, acknowledged);
    }
    try (var log =
        new MerkleLog(directory.resolve("log"), directory.resolve("key.pem"), "test/log")) {
      log.open(acknowledged.keySet().stream().mapToLong(Long::longValue).max().orElseThrow());
      verify(log.view().orElseThrow(), acknowledged);
    }
  }

  // The process also dies in the middle of recoveries and of rotations of the journal.
  private void appendUntilKilled(Random random, Map<Long, String> acknowledged) throws Exception {
    Process process = JavaProcess.start(AppendingProcess.class, directory, random.nextLong());
    try (BufferedReader output = process.inputReader()) {
      String first = output.readLine();
      assertThat(first).as("seed %d", SEED).isNotNull();
      note(first, acknowledged);
      Thread.sleep(random.nextInt(250));
      // Not by the process itself, which would also close its output before the rest is read.
      assertThat(process.toHandle().destroyForcibly()).isTrue();
      output.lines().forEach(line -> note(line, acknowledged));
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  // The last line may be torn like everything else.
  private static void note(String line, Map<Long, String> acknowledged) {
    String[] parts = line.split(" ");
    if (parts.length == 2 && parts[1].length() == 64) {
      acknowledged.put(Long.parseLong(parts[0]), parts[1]);
    }
  }

  private static void verify(LogView view, Map<Long, String> acknowledged) {
    var entries = Entries.range(0, view.size());
    for (long index = 0; index < view.size(); index++) {
      assertThat(view.entry(index)).isEqualTo(entries.get((int) index));
    }
    assertThat(view.checkpoint().root().bytes()).isEqualTo(NaiveTree.root(entries));
    acknowledged.forEach(
        (size, root) -> assertThat(view.root(size)).as("size %d", size).hasToString(root));
    assertThat(acknowledged).hasSizeGreaterThan(2 * KILLS);
  }
}
