package io.penstock.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// MLflow's own Python client, unmodified, doing what `docs/examples/mlflow` shows.
///
/// `MLFLOW_PYTHONS` names interpreters that have mlflow, separated by colons; without it `python3`
/// is asked. Where none has the package, the tests are aborted and say so.
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class PythonClientsIT {

  private static final Path EXAMPLES =
      Path.of("../../docs/examples/mlflow").toAbsolutePath().normalize();

  private static final Path EXERCISE =
      Path.of("src/test/resources/python/exercise.py").toAbsolutePath();

  @RegisterExtension static final MlflowServers servers = MlflowServers.running();

  static Stream<String> interpreters() {
    var named = System.getenv().getOrDefault("MLFLOW_PYTHONS", "");
    return named.isEmpty() ? Stream.of("python3") : List.of(named.split(":")).stream();
  }

  @ParameterizedTest
  @MethodSource("interpreters")
  void train(String python) throws Exception {
    require(python, "import mlflow, sklearn");
    requireSuccess(python, EXAMPLES.resolve("train.py"));
  }

  @ParameterizedTest
  @MethodSource("interpreters")
  void onnxModel(String python) throws Exception {
    require(python, "import mlflow, onnx, onnxruntime");
    requireSuccess(python, EXAMPLES.resolve("onnx_model.py"));
  }

  @ParameterizedTest
  @MethodSource("interpreters")
  void nativeModel(String python) throws Exception {
    require(python, "import mlflow, onnx, onnxruntime");
    requireSuccess(python, EXAMPLES.resolve("native_model.py"));
  }

  /// Corner by corner, what the examples do not show.
  @ParameterizedTest
  @MethodSource("interpreters")
  void exercise(String python) throws Exception {
    require(python, "import mlflow, sklearn, pandas, matplotlib");
    requireSuccess(python, EXERCISE);
  }

  private static void require(String python, String imports) throws Exception {
    int status;
    try {
      status = new ProcessBuilder(python, "-c", imports).start().waitFor();
    } catch (IOException e) {
      status = -1;
    }
    if (status != 0) {
      var said = "MLFLOW'S PYTHON CLIENT NOT TRIED: %s cannot '%s'".formatted(python, imports);
      System.out.println(said);
      Assumptions.abort(said);
    }
  }

  private static void requireSuccess(String python, Path script) throws Exception {
    var output = Files.createTempFile("mlflow-client", ".log");
    var builder =
        new ProcessBuilder(python, script.toString())
            .directory(Objects.requireNonNull(output.getParent()).toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("MLFLOW_TRACKING_URI", servers.gateway().toString());
    builder.environment().put("MLFLOW_TRACKING_TOKEN", servers.token());
    var process = builder.start();
    boolean ended = process.waitFor(15, TimeUnit.MINUTES);
    process.destroyForcibly();
    var said = Files.readString(output);
    Files.delete(output);
    System.out.println(said);
    assertThat(ended).as("ended in time: %s", said).isTrue();
    assertThat(process.waitFor()).as(said).isZero();
  }
}
