package io.penstock.local;

import io.penstock.kit.loop.Backoff;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every service in a JVM of its own, on the same ports. A service that dies is started again, with
/// a growing pause.
final class SixJvms implements Suite {

  private static final Logger LOG = LoggerFactory.getLogger(SixJvms.class);
  private static final Duration STEADY = Duration.ofSeconds(30);

  private final Home home;
  private final Ports ports;
  private final Settings settings;
  private final Clock clock;
  private final Map<Service, Process> processes = new EnumMap<>(Service.class);
  private final Map<Service, Integer> deaths = new EnumMap<>(Service.class);
  private final Backoff pauses = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15));
  private boolean stopping;

  private SixJvms(Home home, Ports ports, Settings settings, Clock clock) {
    this.home = home;
    this.ports = ports;
    this.settings = settings;
    this.clock = clock;
  }

  static SixJvms start(Home home, Ports ports, Settings settings, Clock clock) {
    SixJvms suite = new SixJvms(home, ports, settings, clock);
    List.of(Service.values()).forEach(suite::start);
    return suite;
  }

  private synchronized void start(Service service) {
    if (stopping) {
      return;
    }
    List<String> arguments = new ArrayList<>();
    settings.of(service).forEach((key, value) -> arguments.add("--" + key + "=" + value));
    Process process =
        JavaProcess.start(
            service.main(),
            arguments,
            "256m",
            home.run().resolve(service.id() + ".jsa"),
            home.log(service.id()));
    processes.put(service, process);
    PidFile.of(home, service.id()).write(process.toHandle());
    Instant started = clock.instant();
    process
        .onExit()
        .thenAccept(ended -> Thread.startVirtualThread(() -> died(service, ended, started)));
  }

  private void died(Service service, Process ended, Instant started) {
    Duration pause;
    synchronized (this) {
      if (stopping) {
        return;
      }
      boolean steady = Duration.between(started, clock.instant()).compareTo(STEADY) > 0;
      int death = deaths.merge(service, 1, (before, one) -> steady ? one : before + one);
      pause = pauses.delay(death);
    }
    LOG.warn("{} ended with {}, starting it again in {}", service.id(), ended.exitValue(), pause);
    if (paused(pause)) {
      start(service);
    }
  }

  private static boolean paused(Duration pause) {
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// The process of a service, to kill it for instance.
  synchronized ProcessHandle process(Service service) {
    return Objects.requireNonNull(processes.get(service), service + " was not started").toHandle();
  }

  @Override
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    Instant end = clock.instant().plus(atMost);
    while (!Health.allReady(ports)) {
      if (clock.instant().isAfter(end)) {
        return false;
      }
      Thread.sleep(Duration.ofMillis(200));
    }
    return true;
  }

  @Override
  public void close() {
    List<ProcessHandle> callersFirst = new ArrayList<>();
    synchronized (this) {
      stopping = true;
      List.of(Service.values())
          .reversed()
          .forEach(
              service -> {
                Process process = processes.get(service);
                if (process != null) {
                  callersFirst.add(process.toHandle());
                }
              });
    }
    callersFirst.forEach(JavaProcess::stop);
    List.of(Service.values()).forEach(service -> PidFile.of(home, service.id()).remove());
  }
}
