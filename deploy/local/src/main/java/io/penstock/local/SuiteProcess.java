package io.penstock.local;

import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The process behind `deploy/penstock up`: PostgreSQL and the services, until it is told to stop.
@Command(name = "suite")
final class SuiteProcess implements Runnable {

  @Mixin private SuiteOptions options = new SuiteOptions();

  private SuiteProcess() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new SuiteProcess()).execute(args));
  }

  @Override
  public void run() {
    CountDownLatch stopped = new CountDownLatch(1);
    LocalSuite suite =
        LocalSuite.start(
            options.home(),
            options.ports(),
            options.separate(),
            options.overrides(),
            Clock.systemUTC());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  suite.close();
                  stopped.countDown();
                }));
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
