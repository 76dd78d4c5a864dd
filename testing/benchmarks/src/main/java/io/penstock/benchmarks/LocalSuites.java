package io.penstock.benchmarks;

import io.penstock.local.LocalSuite;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// The suite as it runs for anybody: a JVM a service, with the PostgreSQL of a local suite.
final class LocalSuites {

  private LocalSuites() {}

  /// A suite on free ports, ready.
  static LocalSuite ready(Path home, Map<String, String> settings) throws InterruptedException {
    LocalSuite suite = LocalSuite.onFreePorts(home.resolve("suite"), true, settings);
    // Who is interrupted leaves nothing running.
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(suite::close));
    if (!suite.awaitReady(Duration.ofMinutes(3))) {
      suite.close();
      throw new IllegalStateException("the suite was not ready in 3 minutes; see " + home);
    }
    return suite;
  }
}
