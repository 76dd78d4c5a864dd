package io.penstock.local;

import io.penstock.kit.service.PenstockService;
import io.penstock.kit.service.RunningService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// All six services as application contexts of this JVM.
final class OneJvm implements Suite {

  private final Map<Service, RunningService> running;

  private OneJvm(Map<Service, RunningService> running) {
    this.running = running;
  }

  /// Starts all of them at once: they wait for one another by themselves.
  static OneJvm start(Settings settings) {
    Map<Service, RunningService> running = new ConcurrentHashMap<>();
    try {
      CompletableFuture<?>[] starting = new CompletableFuture<?>[Service.values().length];
      for (Service service : Service.values()) {
        starting[service.ordinal()] =
            CompletableFuture.runAsync(
                () -> running.put(service, start(service, settings)), Thread::startVirtualThread);
      }
      CompletableFuture.allOf(starting).join();
      return new OneJvm(new EnumMap<>(running));
    } catch (RuntimeException e) {
      running.values().forEach(RunningService::close);
      throw e;
    }
  }

  private static RunningService start(Service service, Settings settings) {
    return PenstockService.named(service.id()).start(settings.of(service));
  }

  /// One of them, to look inside or to stop it.
  RunningService service(Service service) {
    return Objects.requireNonNull(running.get(service), service + " is not running");
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
    for (Service service : java.util.List.of(Service.values()).reversed()) {
      RunningService one = running.get(service);
      if (one != null) {
        one.close();
      }
    }
  }
}
