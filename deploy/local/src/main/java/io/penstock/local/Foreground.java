package io.penstock.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The side of `up`, `demo` and `down` that a person sees: starts the suite's process, shows how it
/// comes up, stops it.
final class Foreground {

  private static final Duration READY_WITHIN = Duration.ofMinutes(3);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final String SUITE = "suite";
  private static final int LAST_LINES = 15;

  private final SuiteOptions options;
  private final Home home;
  private final Ports ports;
  private final PrintWriter out;
  private final Clock clock;
  private final Map<Service, Health> shown = new EnumMap<>(Service.class);
  private volatile boolean kept;

  Foreground(SuiteOptions options, PrintWriter out, Clock clock) {
    this.options = options;
    this.home = options.home();
    this.ports = options.ports();
    this.out = out;
    this.clock = clock;
  }

  /// Starts the suite unless it runs, and waits until it is ready. What this started ends with this
  /// process, ctrl-C included, until [#keep()].
  ///
  /// @return false when it does not come up; the reason is printed
  boolean up() {
    Optional<ProcessHandle> before = PidFile.of(home, SUITE).process();
    if (before.isPresent()) {
      say("Penstock is up already (pid " + before.get().pid() + ").");
      keep();
      return awaitReady(before.get());
    }
    List<String> taken = ports.taken();
    if (!taken.isEmpty()) {
      say("Ports that something else uses: " + String.join(", ", taken));
      return false;
    }
    return awaitReady(start());
  }

  private ProcessHandle start() {
    say(
        "Starting PostgreSQL and six services"
            + (options.separate() ? ", a JVM each" : "")
            + ": "
            + home.directory());
    Process process =
        JavaProcess.start(
            SuiteProcess.class,
            options.arguments(),
            "1g",
            home.run().resolve("suite.jsa"),
            home.log(SUITE));
    PidFile.of(home, SUITE).write(process.toHandle());
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopUnlessKept));
    return process.toHandle();
  }

  /// From now on the suite outlives this process.
  void keep() {
    kept = true;
  }

  private void stopUnlessKept() {
    if (!kept) {
      say("");
      stopEverything();
    }
  }

  /// Stops whatever `up` or `demo` left running.
  void down() {
    if (!stopEverything()) {
      say("Nothing was up.");
    }
  }

  private boolean stopEverything() {
    List<ProcessHandle> running = running();
    if (!running.isEmpty()) {
      say("Stopping Penstock.");
    }
    running.forEach(JavaProcess::stop);
    Stream.concat(Stream.of(SUITE), Stream.of(Service.values()).map(Service::id))
        .forEach(process -> PidFile.of(home, process).remove());
    return !running.isEmpty();
  }

  /// The suite first, which stops the rest; then what it could not stop because it was killed.
  private List<ProcessHandle> running() {
    List<ProcessHandle> running = new ArrayList<>();
    PidFile.of(home, SUITE).process().ifPresent(running::add);
    for (Service service : Service.values()) {
      PidFile.of(home, service.id()).process().ifPresent(running::add);
    }
    LocalPostgres.processOf(home).ifPresent(running::add);
    return running;
  }

  private boolean awaitReady(ProcessHandle suite) {
    Instant start = clock.instant();
    while (suite.isAlive()
        && Duration.between(start, clock.instant()).compareTo(READY_WITHIN) < 0) {
      if (lookAtAll(start)) {
        say(
            "Ready after "
                + seconds(start)
                + ". Gateway http://127.0.0.1:%d, API http://127.0.0.1:%d/docs"
                    .formatted(ports.rest(), ports.rest()));
        return true;
      }
      pause();
    }
    say(
        suite.isAlive()
            ? "Not ready after " + READY_WITHIN.toSeconds() + " s."
            : "The suite ended while it started.");
    showLastLines(home.log(SUITE));
    return false;
  }

  /// Prints each service's state once it changes.
  ///
  /// @return whether all are ready
  private boolean lookAtAll(Instant start) {
    boolean all = true;
    for (Service service : Service.values()) {
      Health now = Health.of(ports.management(service));
      all &= now.ready();
      if (!now.equals(shown.put(service, now)) && !now.state().equals("down")) {
        say(
            "  %6s  %-10s %-7s %s"
                .formatted(seconds(start), service.id(), now.state(), now.waitingFor())
                .stripTrailing());
      }
    }
    return all;
  }

  private void showLastLines(Path log) {
    try {
      List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
      lines
          .subList(Math.max(0, lines.size() - LAST_LINES), lines.size())
          .forEach(line -> say("  " + line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String seconds(Instant start) {
    return "%.1f s".formatted(Duration.between(start, clock.instant()).toMillis() / 1000.0);
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_EVERY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
