package io.penstock.inference.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.ModelDirectory;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelMetadataRequest;
import io.penstock.proto.oip.ModelMetadataResponse.TensorMetadata;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Models that remember, through the protocol and while versions change.
class SequenceIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String CONFIG =
      """
      max_batch_size: 8
      sequence_batching {
        max_sequence_idle_microseconds: 3000000
        control_input { name: "first" control { kind: CONTROL_SEQUENCE_START fp32_false_true: [ 0, 1 ] } }
        state { input_name: "total" output_name: "total_out" data_type: TYPE_FP32 dims: [ 1 ] }
      }
      model_warmup { name: "once" batch_size: 2 inputs { key: "x" value: { dims: [ 1 ] random_data: true } } }
      """;

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension service = InferenceServer.standAlone(SequenceIT::prepared);

  private static final InferenceServer server = InferenceServer.of(service);

  private static Path prepared() {
    try {
      var models = new ModelDirectory(directory.resolve("models"));
      for (var model : List.of("sum", "swapped")) {
        models.version(model, 1, OnnxModels.accumulator(1));
        models.config(model, CONFIG);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  @Test
  void callers_seeTheModelWithoutItsMemory() {
    var metadata =
        server.stub().modelMetadata(ModelMetadataRequest.newBuilder().setName("sum").build());
    assertThat(metadata.getInputsList()).extracting(TensorMetadata::getName).containsExactly("x");
    assertThat(metadata.getOutputsList()).extracting(TensorMetadata::getName).containsExactly("y");
  }

  @Test
  void sums_goOnStepByStep_eachSequenceByItself() {
    assertThat(sum("sum", 7, true, false, 1)).isEqualTo(1);
    assertThat(sum("sum", 8, true, false, 100)).isEqualTo(100);
    assertThat(sum("sum", 7, false, false, 2)).isEqualTo(3);
    assertThat(sum("sum", 8, false, true, 1)).isEqualTo(101);
    assertThat(sum("sum", 7, false, true, 3)).isEqualTo(6);
    assertThatThrownBy(() -> sum("sum", 7, false, false, 4))
        .satisfies(Failures.with(Code.FAILED_PRECONDITION, "SEQUENCE_UNKNOWN"));
    assertThat(sum("sum", 7, true, true, 4)).as("begun anew").isEqualTo(4);
    assertThatThrownBy(() -> server.infer(Requests.features("sum", new float[] {1})))
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void manySequences_atOnce_areEachRight() throws Exception {
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var sums = new ArrayList<Callable<Float>>();
      for (int i = 1; i <= 40; i++) {
        int id = 1_000 + i;
        sums.add(() -> tenSteps(id));
      }
      for (var end : clients.invokeAll(sums)) {
        assertThat(end.get()).isEqualTo(55);
      }
    }
  }

  private static float tenSteps(int id) {
    for (int step = 1; step < 10; step++) {
      sum("sum", id, step == 1, false, step);
    }
    return sum("sum", id, false, true, 10);
  }

  @Test
  void newVersion_getsNewSequences_theOldOnesEndWhereTheyBegan() throws Exception {
    assertThat(sum("swapped", 1, true, false, 1)).isEqualTo(1);
    new ModelDirectory(directory.resolve("models"))
        .version("swapped", 2, OnnxModels.accumulator(10));
    Eventually.become(SOON, () -> step("swapped", 2, true, true, 1).getModelVersion().equals("2"));
    assertThat(sum("swapped", 3, true, false, 1)).isEqualTo(10);
    var continued = step("swapped", 1, false, false, 1);
    assertThat(continued.getModelVersion()).isEqualTo("1");
    assertThat(Requests.numbers(continued)).containsExactly(2);
    assertThat(index("swapped")).containsExactly("1 UNLOADING", "2 READY");
    assertThat(sum("swapped", 1, false, true, 1)).isEqualTo(3);
    Eventually.become(SOON, () -> index("swapped").equals(List.of("2 READY")));
    assertThat(sum("swapped", 3, false, true, 1)).isEqualTo(20);
  }

  private static List<String> index(String model) {
    return server
        .stub()
        .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
        .getModelsList()
        .stream()
        .filter(entry -> entry.getName().equals(model))
        .map(entry -> entry.getVersion() + " " + entry.getState())
        .sorted()
        .toList();
  }

  private static float sum(String model, long id, boolean start, boolean end, float x) {
    return Requests.numbers(step(model, id, start, end, x))[0];
  }

  private static ModelInferResponse step(
      String model, long id, boolean start, boolean end, float x) {
    return server.infer(
        ModelInferRequest.newBuilder()
            .setModelName(model)
            .addInputs(Requests.input("x", "FP32", 1, 1))
            .addRawInputContents(Requests.floats(new float[] {x}))
            .putParameters("sequence_id", Requests.number(id))
            .putParameters("sequence_start", flag(start))
            .putParameters("sequence_end", flag(end)));
  }

  private static InferParameter flag(boolean value) {
    return InferParameter.newBuilder().setBoolParam(value).build();
  }
}
