package io.penstock.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// What can be said of the suite to start.
final class SuiteOptions {

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Where data, logs and keys live (default: .penstock beside deploy/).")
  private Path home = Path.of(System.getProperty("penstock.home", ".penstock"));

  @Option(names = "--separate", description = "Give every service a JVM of its own.")
  private boolean separate;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Configure all services, or one: --set monitoring:penstock.monitoring.window=1h")
  private Map<String, String> overrides = new LinkedHashMap<>();

  Home home() {
    return Home.at(home);
  }

  Ports ports() {
    return Ports.standard();
  }

  boolean separate() {
    return separate;
  }

  Map<String, String> overrides() {
    return overrides;
  }

  /// The same options as arguments for another process.
  List<String> arguments() {
    List<String> arguments = new ArrayList<>(List.of("--home", home.toAbsolutePath().toString()));
    if (separate) {
      arguments.add("--separate");
    }
    overrides.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return arguments;
  }
}
