package io.penstock.local;

import io.penstock.demo.Demo;
import io.penstock.demo.terminal.Terminal;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The commands of `deploy/penstock`.
@Command(
    name = "penstock",
    mixinStandardHelpOptions = true,
    version = "penstock 0.1.0",
    description = "Runs the Penstock suite on this machine.",
    synopsisSubcommandLabel = "COMMAND")
final class Penstock {

  @Spec private CommandSpec spec = CommandSpec.create();

  private Penstock() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Penstock())
        .setExecutionExceptionHandler(
            (e, command, _) -> {
              command.getErr().println("penstock: " + e.getMessage());
              return 1;
            });
  }

  @Command(description = "Starts the suite and leaves it running.")
  int up(@Mixin SuiteOptions options) {
    Foreground foreground = foreground(options);
    boolean up = foreground.up();
    if (up) {
      foreground.keep();
    }
    return up ? 0 : 1;
  }

  @Command(
      description =
          "Runs the main job on real data: train, register, gate, canary, predictions, drift, proof. Leaves the suite up.")
  int demo(@Mixin SuiteOptions options) {
    Foreground foreground = foreground(options);
    if (!foreground.up()) {
      return 1;
    }
    int code = Demo.run(demoArguments(options), Terminal.standard(), Clock.systemUTC());
    foreground.keep();
    return code;
  }

  private static List<String> demoArguments(SuiteOptions options) {
    Ports ports = options.ports();
    return List.of(
        "--gateway", "http://127.0.0.1:" + ports.rest(),
        "--grpc", "127.0.0.1:" + ports.grpc(Service.GATEWAY),
        "--tokens", options.home().identity().toString());
  }

  @Command(
      description =
          "Serves a directory of models in Triton's layout with inference-service alone, until ctrl-C: gRPC on 9103, REST on 9203, health on 9303. Prints a token first.")
  int serve(
      @Mixin SuiteOptions options,
      @Parameters(paramLabel = "DIR", description = "DIR/<model>/<version>/model.onnx")
          Path directory) {
    new Standalone(options, out(), Clock.systemUTC()).serve(directory);
    return 0;
  }

  @Command(description = "Stops everything that up or demo started.")
  int down(@Mixin SuiteOptions options) {
    foreground(options).down();
    return 0;
  }

  @Command(
      description =
          "Says how every service is, and what it waits for. Exit code 0 when all are ready.")
  int status(@Mixin SuiteOptions options) {
    boolean ready = true;
    for (Service service : Service.values()) {
      Health health = Health.of(options.ports().management(service));
      ready &= health.ready();
      out().printf("%-12s %-8s %s%n", service.id(), health.state(), health.waitingFor());
    }
    return ready ? 0 : 1;
  }

  @Command(description = "Prints the log of a service, as lines of JSON.")
  int logs(
      @Mixin SuiteOptions options,
      @Option(
              names = {"-f", "--follow"},
              description = "Goes on as lines are written, until ctrl-C.")
          boolean follow,
      @Parameters(
              paramLabel = "SERVICE",
              description = "governance, registry, feature, inference, monitoring or gateway")
          String service) {
    ServiceLog log = new ServiceLog(options.home(), named(service));
    return (follow ? log.follow(out()) : log.print(out())) ? 0 : 1;
  }

  private Service named(String service) {
    for (Service known : Service.values()) {
      if (known.id().equals(service)) {
        return known;
      }
    }
    List<String> all = List.of(Service.values()).stream().map(Service::id).toList();
    throw new ParameterException(
        spec.commandLine(),
        "SERVICE: %s (expected: one of %s)".formatted(service, String.join(", ", all)));
  }

  @Command(description = "Prints a token that the local suite believes.")
  int token(
      @Mixin SuiteOptions options,
      @Option(
              names = "--role",
              required = true,
              paramLabel = "ROLE",
              description = "A role; may be repeated.")
          List<String> roles,
      @Option(
              names = "--subject",
              defaultValue = "local-user",
              description = "Who the token is for (default: ${DEFAULT-VALUE}).")
          String subject,
      @Option(
              names = "--hours",
              defaultValue = "8",
              description = "How long it is good (default: ${DEFAULT-VALUE}).")
          int hours) {
    if (hours < 1) {
      throw new ParameterException(spec.commandLine(), "--hours: " + hours + " (expected: >= 1)");
    }
    LocalIssuer issuer = LocalIssuer.open(options.home(), Clock.systemUTC());
    out().println(issuer.token(subject, roles, Duration.ofHours(hours)));
    return 0;
  }

  private Foreground foreground(SuiteOptions options) {
    return new Foreground(options, out(), Clock.systemUTC());
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
