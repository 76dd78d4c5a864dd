package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients of the protocol that others wrote, unmodified. They come from the npm and PyPI
/// registries; where these, or Node and Python, cannot be had, the tests are aborted and say so.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class StockClientsIT {

  private static final Path CLIENTS = Path.of("clients").toAbsolutePath();
  private static final Path PROTOS =
      Path.of("../../proto/src/main/protobuf").toAbsolutePath().normalize();

  @RegisterExtension static final RepositoryServer inference = new RepositoryServer();

  @Test
  void grpcJs_withTheProtoFile() {
    var node = node("node", "package.json");
    requireSuccess(
        Program.run(
            node,
            "node",
            "grpc_js_check.js",
            PROTOS.toString(),
            inference.grpc(),
            RepositoryServer.token()));
  }

  @Test
  void mgcreaTritonClient() {
    var node = node("mgcrea", "package.json");
    var client = System.getenv().getOrDefault("MGCREA_TRITON_CLIENT", "@mgcrea/triton-client");
    require(npm(node, client), "npm has no " + client);
    requireSuccess(
        Program.run(node, "node", "mgcrea_check.mjs", inference.grpc(), RepositoryServer.token()));
  }

  @Test
  void tritonclient() {
    var python = python();
    var http = inference.http();
    requireSuccess(
        Program.run(
            CLIENTS,
            python.toString(),
            "tritonclient_check.py",
            "--grpc",
            inference.grpc(),
            "--http",
            http.getHost() + ":" + http.getPort(),
            "--token",
            RepositoryServer.token(),
            "--local"));
  }

  // `pip download tritonclient==2.46.0` brings it: data/bin/perf_analyzer in the wheel.
  @ParameterizedTest
  @ValueSource(strings = {"grpc", "http"})
  void perfAnalyzer(String protocol) {
    var command = System.getenv().getOrDefault("PERF_ANALYZER", "perf_analyzer");
    require(Program.run(CLIENTS, command, "--version"), "no perf_analyzer here");
    var http = inference.http();
    var run =
        Program.run(
            CLIENTS,
            command,
            "-m",
            "simple",
            "-i",
            protocol,
            "-u",
            protocol.equals("grpc") ? inference.grpc() : http.getHost() + ":" + http.getPort(),
            "-H",
            "authorization:Bearer " + RepositoryServer.token(),
            "-b",
            "1",
            "--concurrency-range",
            "1:4:3",
            "-p",
            "1000",
            "-s",
            "50");
    requireSuccess(run);
    assertThat(run.output()).contains("Concurrency: 4, throughput:");
  }

  /// A directory with the Node scripts and the packages that they need.
  private static Path node(String name, String manifest) {
    require(Program.run(CLIENTS, "node", "--version"), "no Node here");
    var directory = Path.of("target", name).toAbsolutePath();
    for (var file : new String[] {manifest, "grpc_js_check.js", "mgcrea_check.mjs"}) {
      copy(CLIENTS.resolve(file), directory.resolve(file));
    }
    require(npm(directory), "npm could not install @grpc/grpc-js");
    return directory;
  }

  private static Program npm(Path directory, String... packages) {
    var command =
        new java.util.ArrayList<>(
            java.util.List.of(
                "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save"));
    command.addAll(java.util.List.of(packages));
    return Program.run(directory, command);
  }

  /// The interpreter of an environment that has tritonclient.
  private static Path python() {
    require(Program.run(CLIENTS, "python3", "--version"), "no Python here");
    var home = Path.of("target", "python").toAbsolutePath();
    var interpreter = home.resolve("bin/python");
    if (!Files.exists(interpreter)) {
      require(Program.run(CLIENTS, "python3", "-m", "venv", home.toString()), "no venv here");
    }
    var requirements = CLIENTS.resolve("requirements.txt").toString();
    require(
        Program.run(
            CLIENTS, interpreter.toString(), "-m", "pip", "install", "-q", "-r", requirements),
        "pip could not install tritonclient");
    return interpreter;
  }

  private static void copy(Path from, Path to) {
    try {
      Files.createDirectories(to.getParent());
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void require(Program program, String otherwise) {
    if (!program.succeeded()) {
      System.out.printf("STOCK CLIENT NOT TRIED: %s:%n%s%n", otherwise, program.output());
      Assumptions.abort(otherwise + ": " + program.output());
    }
  }

  private static void requireSuccess(Program program) {
    System.out.println(program.output());
    assertThat(program.status()).as(program.output()).isZero();
  }
}
