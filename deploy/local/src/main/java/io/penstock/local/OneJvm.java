package io.penstock.local;

import io.penstock.kit.service.PenstockService;
import io.penstock.kit.service.RunningService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// All six services as application contexts of this JVM.
final class OneJvm implements Suite {

  private final Settings settings;
  private final Map<Service, RunningService> running = new ConcurrentHashMap<>();

  private OneJvm(Settings settings) {
    this.settings = settings;
  }

  /// Starts all of them at once: they wait for one another by themselves.
  static OneJvm start(Settings settings) {
    OneJvm suite = new OneJvm(settings);
    try {
      CompletableFuture.allOf(
              Stream.of(Service.values())
                  .map(
                      service ->
                          CompletableFuture.runAsync(
                              () -> suite.start(service), Thread::startVirtualThread))
                  .toArray(CompletableFuture[]::new))
          .join();
      return suite;
    } catch (RuntimeException e) {
      suite.close();
      throw e;
    }
  }

  /// Starts one that does not run.
  void start(Service service) {
    if (!running.containsKey(service)) {
      running.put(service, PenstockService.named(service.id()).start(settings.of(service)));
    }
  }

  /// Stops one in an orderly way; the others go on.
  void stop(Service service) {
    RunningService one = running.remove(service);
    if (one != null) {
      one.close();
    }
  }

  @Override
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    InstantSource clock = InstantSource.system();
    var end = clock.instant().plus(atMost);
    for (RunningService service : running.values()) {
      if (!service.awaitReady(Duration.between(clock.instant(), end))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    List.of(Service.values()).reversed().forEach(this::stop);
  }
}
