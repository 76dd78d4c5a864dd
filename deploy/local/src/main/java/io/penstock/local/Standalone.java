package io.penstock.local;

import io.penstock.inference.InferenceService;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// inference-service alone, on a directory of models: no registry, no database, no gateway. Who
/// calls it needs a token all the same.
final class Standalone {

  private static final Duration TOKEN_VALIDITY = Duration.ofDays(30);

  private final SuiteOptions options;
  private final PrintWriter out;
  private final Clock clock;

  Standalone(SuiteOptions options, PrintWriter out, Clock clock) {
    this.options = options;
    this.out = out;
    this.clock = clock;
  }

  /// Serves until ctrl-C.
  void serve(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          directory + " is no directory (expected: DIR/<model>/<version>/model.onnx)");
    }
    LocalIssuer issuer = LocalIssuer.open(options.home(), clock);
    String token = issuer.token("local-user", List.of("operator"), TOKEN_VALIDITY);
    out.printf("export PENSTOCK_TOKEN=%s%n", token);
    out.flush();
    // The launcher's own word; a service does not know it and would say so.
    System.clearProperty("penstock.home");
    InferenceService.main(arguments(directory, issuer).toArray(String[]::new));
  }

  List<String> arguments(Path directory, LocalIssuer issuer) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("penstock.grpc.host", "127.0.0.1");
    all.put("penstock.inference.rest.host", "127.0.0.1");
    all.put("penstock.management.host", "127.0.0.1");
    all.put("penstock.identity.jwks", issuer.jwks());
    all.put("penstock.events.type", "MEMORY");
    all.put("penstock.inference.events.enabled", "false");
    all.put("penstock.inference.cache-directory", options.home().data("standalone").toString());
    all.put("penstock.inference.repository.directory", directory.toAbsolutePath().toString());
    all.putAll(options.overrides());
    List<String> arguments = new ArrayList<>();
    all.forEach((key, value) -> arguments.add("--" + key + "=" + value));
    return arguments;
  }
}
