package io.penstock.demo;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/// What the demo is told on its command line.
///
/// @param gateway address of the gateway's REST side
/// @param grpc `host:port` of the gateway's gRPC side
/// @param tokens folder with one file a person: `ada.jwt`
/// @param flights about how many flights to replay
public record DemoOptions(URI gateway, String grpc, Path tokens, int flights) {

  static final String USAGE =
      """
      usage: demo --tokens DIR [--gateway http://127.0.0.1:8080] [--grpc 127.0.0.1:8081] [--flights 30000]
        DIR holds ada.jwt, grace.jwt, app.jwt, operator.jwt and auditor.jwt""";

  private static final int FEWEST_FLIGHTS = 1_000;

  public DemoOptions {
    if (!Files.isDirectory(tokens)) {
      throw new IllegalArgumentException("--tokens: %s (expected: a folder)".formatted(tokens));
    }
    if (flights < FEWEST_FLIGHTS) {
      throw new IllegalArgumentException(
          "--flights: %d (expected: at least %d, or nothing can be judged)"
              .formatted(flights, FEWEST_FLIGHTS));
    }
  }

  /// @throws IllegalArgumentException naming the option
  public static DemoOptions parse(List<String> args) {
    Builder options = new Builder();
    for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
      String option = rest.next();
      if (!rest.hasNext()) {
        throw new IllegalArgumentException(option + ": no value");
      }
      options.set(option, rest.next());
    }
    return new DemoOptions(options.gateway, options.grpc, options.tokens, options.flights);
  }

  private static final class Builder {

    private URI gateway = URI.create("http://127.0.0.1:8080");
    private String grpc = "127.0.0.1:8081";
    private Path tokens = Path.of("tokens");
    private int flights = 30_000;

    void set(String option, String value) {
      switch (option) {
        case "--gateway" -> gateway = URI.create(value);
        case "--grpc" -> grpc = value;
        case "--tokens" -> tokens = Path.of(value);
        case "--flights" -> flights = number(option, value);
        default -> throw new IllegalArgumentException(option + ": no such option");
      }
    }

    private static int number(String option, String value) {
      try {
        return Integer.parseInt(value);
      } catch (NumberFormatException _) {
        throw new IllegalArgumentException(option + ": " + value + " (expected: a number)");
      }
    }
  }
}
