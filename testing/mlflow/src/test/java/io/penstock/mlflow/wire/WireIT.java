package io.penstock.mlflow.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import io.penstock.mlflow.MlflowServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Holds every conversation of `src/test/resources/wire` with the registry behind the gateway.
///
/// `-Dmlflow.uri=http://127.0.0.1:5000 -Dmlflow.major=3` holds them with a real MLflow server
/// instead, to see that what is expected is right; `-Dwire=runs` only those of one file.
class WireIT {

  private static final Path FILES = Path.of("src/test/resources/wire");
  private static final String URI_OF_MLFLOW = System.getProperty("mlflow.uri", "");

  @RegisterExtension
  static final MlflowServers servers = MlflowServers.unless(!URI_OF_MLFLOW.isEmpty());

  @TestFactory
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  Stream<DynamicContainer> conversations() throws IOException {
    var server = server();
    return files().flatMap(file -> WireFile.read(file).stream()).map(one -> scenario(server, one));
  }

  @Test
  void thereAreManyCases_eachWithATitleOfItsOwn() throws IOException {
    var scenarios = allFiles().flatMap(file -> WireFile.read(file).stream()).toList();
    assertThat(scenarios.stream().mapToInt(one -> one.cases().size()).sum())
        .isGreaterThanOrEqualTo(800);
    for (var one : scenarios) {
      assertThat(one.cases()).extracting(WireCase::title).as(one.title()).doesNotHaveDuplicates();
    }
  }

  private static WireServer server() {
    return URI_OF_MLFLOW.isEmpty()
        ? new WireServer(servers.gateway(), Map.of("Authorization", servers.bearer()), false, 3)
        : new WireServer(
            URI.create(URI_OF_MLFLOW), Map.of(), true, Integer.getInteger("mlflow.major", 3));
  }

  private static Stream<Path> allFiles() throws IOException {
    try (var files = Files.list(FILES)) {
      return files.filter(file -> file.toString().endsWith(".wire")).sorted().toList().stream();
    }
  }

  private static Stream<Path> files() throws IOException {
    var only = System.getProperty("wire", "");
    return allFiles().filter(file -> file.getFileName().toString().startsWith(only));
  }

  private static DynamicContainer scenario(WireServer server, Scenario scenario) {
    var variables = new Variables(servers.credentials());
    variables.put("u", "u" + UUID.randomUUID().toString().replace("-", "").substring(0, 10));
    return DynamicContainer.dynamicContainer(
        scenario.file() + ": " + scenario.title(),
        scenario.cases().stream()
            .map(
                one ->
                    DynamicTest.dynamicTest(
                        one.title(), () -> hold(server, scenario, one, variables))));
  }

  private static void hold(
      WireServer server, Scenario scenario, WireCase one, Variables variables) {
    Assumptions.assumeTrue(server.offers(one), "only from MLflow " + one.since() + " on");
    var differences = server.differences(one, variables);
    if (!differences.isEmpty()) {
      fail(report(scenario, one, differences));
    }
  }

  private static String report(Scenario scenario, WireCase one, List<String> differences) {
    var request = one.request();
    return "%s.wire:%d: %s / %s%n  %s %s%n  %s%n  %s"
        .formatted(
            scenario.file(),
            one.line(),
            scenario.title(),
            one.title(),
            request.verb(),
            request.path(),
            request.body() == null ? "(no body)" : request.body(),
            String.join("\n  ", differences));
  }
}
