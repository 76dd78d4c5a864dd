package io.penstock.governance.log;

import io.penstock.governance.tree.Entries;
import java.nio.file.Path;
import java.util.Random;

/// Appends numbered entries until it is killed, and says after each append what was acknowledged:
/// size and root.
final class AppendingProcess {

  private AppendingProcess() {}

  public static void main(String... args) {
    var random = new Random(Long.parseLong(args[1]));
    Path directory = Path.of(args[0]);
    var log =
        new MerkleLog(directory.resolve("log"), directory.resolve("key.pem"), "test/log", 1 << 13);
    log.open(0);
    while (true) {
      long size = log.view().orElseThrow().size();
      log.append(Entries.range(size, size + 1 + random.nextInt(400)));
      var checkpoint = log.view().orElseThrow().checkpoint();
      System.out.println(checkpoint.size() + " " + checkpoint.root());
    }
  }
}
