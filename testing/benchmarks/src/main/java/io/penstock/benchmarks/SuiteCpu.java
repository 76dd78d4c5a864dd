package io.penstock.benchmarks;

import io.penstock.local.LocalSuite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// CPU time of everything that a suite runs on this machine, by process: its services, the
/// connections of PostgreSQL by database, and the client, which is this process.
final class SuiteCpu {

  private static final List<String> SERVICES =
      List.of("registry", "governance", "monitoring", "feature", "inference", "gateway");

  private final LocalSuite suite;
  private final Map<ProcessHandle, Duration> before;

  private SuiteCpu(LocalSuite suite) {
    this.suite = suite;
    this.before = used();
  }

  static SuiteCpu from(LocalSuite suite) {
    return new SuiteCpu(suite);
  }

  private Map<ProcessHandle, String> processes() {
    var processes = new LinkedHashMap<ProcessHandle, String>();
    SERVICES.forEach(service -> processes.put(suite.process(service), service));
    suite.postgres().children().forEach(each -> processes.put(each, "PostgreSQL " + name(each)));
    processes.put(ProcessHandle.current(), "client");
    return processes;
  }

  // `postgres: user database address state` is how a connection calls itself, `postgres: walwriter`
  // what PostgreSQL does on its own account.
  private static String name(ProcessHandle process) {
    try {
      var words = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).split(" ");
      return words.length > 3 && words[3].startsWith("127.") ? words[2] : "itself";
    } catch (IOException _) {
      return "itself";
    }
  }

  private Map<ProcessHandle, Duration> used() {
    var used = new LinkedHashMap<ProcessHandle, Duration>();
    processes().keySet().forEach(process -> used.put(process, used(process)));
    return used;
  }

  // A connection may end while it is looked at.
  private static Duration used(ProcessHandle process) {
    try {
      return CpuClock.of(process).used();
    } catch (UncheckedIOException _) {
      return Duration.ZERO;
    }
  }

  /// What each has used since then, in microseconds by call, as one line.
  String by(long calls) {
    var used = new LinkedHashMap<String, Double>();
    processes()
        .forEach(
            (process, name) -> {
              var since = used(process).minus(before.getOrDefault(process, Duration.ZERO));
              used.merge(name, Math.max(0, since.toNanos() / 1e3 / calls), Double::sum);
            });
    var line = new StringBuilder();
    used.forEach(
        (name, micros) -> line.append(String.format(Locale.ROOT, ", %s %.0f", name, micros)));
    double all = used.values().stream().mapToDouble(Double::doubleValue).sum();
    return String.format(Locale.ROOT, "CPU µs a call: %.0f in all%s", all, line);
  }
}
