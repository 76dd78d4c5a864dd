package io.penstock.inference.worker;

import io.penstock.inference.runtime.RuntimeConfig;
import java.util.concurrent.TimeUnit;

/// A process that starts a worker, says where it is, and waits to be killed.
final class Parent {

  private Parent() {}

  @SuppressWarnings("SystemOut")
  public static void main(String... args) throws Exception {
    var worker =
        WorkerProcess.start(
            WorkerConfig.defaults(), RuntimeConfig.defaults(), System::nanoTime, false);
    System.out.println(worker.pid());
    TimeUnit.MINUTES.sleep(1);
  }
}
