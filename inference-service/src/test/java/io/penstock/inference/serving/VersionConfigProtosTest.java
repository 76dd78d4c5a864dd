package io.penstock.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import io.penstock.inference.serving.VersionConfig.Control;
import io.penstock.inference.serving.VersionConfig.Platform;
import io.penstock.inference.serving.VersionConfig.Priorities;
import io.penstock.inference.serving.VersionConfig.Sequence;
import io.penstock.inference.serving.VersionConfig.State;
import io.penstock.inference.serving.VersionConfig.Step;
import io.penstock.inference.serving.VersionConfig.WarmUp;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.TensorSpec;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.FieldViolation;
import io.penstock.kit.failure.KitFailure.InvalidFields;
import io.penstock.proto.oip.ModelConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class VersionConfigProtosTest {

  @Test
  void nothingSaid_isTheDefault() {
    assertThat(VersionConfigProtos.fromProto(ModelConfig.getDefaultInstance()))
        .isEqualTo(VersionConfig.defaults());
    assertThat(throughProto(VersionConfig.defaults())).isEqualTo(VersionConfig.defaults());
  }

  @Test
  void everythingThatAModelMaySay_survivesTheWay() {
    var config =
        config(
            Platform.ONNX,
            OptionalInt.of(32),
            List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 4))),
            Optional.empty(),
            List.of());
    assertThat(throughProto(config)).isEqualTo(config);
  }

  @Test
  void sequence_survivesTheWay_withItsQueueAsParameters() {
    var sequence =
        new Sequence(
            Duration.ofSeconds(30),
            7,
            List.of(new State("state", "stateN", List.of(2L, -1L, 128L))),
            List.of(
                new Control("start", Control.Kind.START, 0, 1),
                new Control("ready", Control.Kind.READY, 0.5, 1.5),
                new Control("id", Control.Kind.ID, 0, 0)));
    var config =
        config(Platform.ONNX, OptionalInt.empty(), List.of(), Optional.of(sequence), List.of());
    assertThat(throughProto(config)).isEqualTo(config);
  }

  @Test
  void ensemble_survivesTheWay() {
    var step =
        new Step(
            "embedder", "3", Map.of("input_ids", "ids"), Map.of("out", "embedding"), 0.5, "small");
    var any = new Step("tokenizer", "", Map.of("text", "text"), Map.of("ids", "ids"), 0, "");
    var config =
        config(
            Platform.ENSEMBLE,
            OptionalInt.of(8),
            List.of(new TensorSpec("text", DataType.BYTES, Shape.of(-1, 1))),
            Optional.empty(),
            List.of(any, step));
    assertThat(throughProto(config)).isEqualTo(config);
  }

  private static VersionConfig config(
      Platform platform,
      OptionalInt rows,
      List<TensorSpec> inputs,
      Optional<Sequence> sequence,
      List<Step> steps) {
    return new VersionConfig(
        platform,
        rows,
        OptionalInt.of(3),
        Optional.of(Duration.ofMillis(50)),
        OptionalInt.of(99),
        new Priorities(5, 2),
        2.5,
        true,
        true,
        List.of(16, 32),
        inputs,
        List.of(new TensorSpec("y", DataType.INT64, Shape.of(-1, 2, -1))),
        sequence,
        steps,
        Map.of("y", List.of("cat", "dog")),
        List.of(new WarmUp("one", 4, 2, Map.of("x", new WarmUp.Input(List.of(4L), true)))),
        Map.of("max_length", "256"));
  }

  private static VersionConfig throughProto(VersionConfig config) {
    return VersionConfigProtos.fromProto(VersionConfigProtos.toProto(config));
  }

  @Test
  void tritonsText_isRead() throws Exception {
    var config =
        read(
            """
            name: "counter" platform: "onnxruntime_onnx" max_batch_size: 8
            input [{ name: "x" data_type: TYPE_FP32 dims: [ 3 ] }]
            output [{ name: "y" data_type: TYPE_STRING dims: [ 1 ] }]
            instance_group [{ count: 2 kind: KIND_CPU }, { count: 1 }]
            sequence_batching {
              max_sequence_idle_microseconds: 5000000
              oldest { max_candidate_sequences: 4 }
              control_input [{ name: "START" control [{ kind: CONTROL_SEQUENCE_START int32_false_true: [ 0, 1 ] }] }]
              state [{ input_name: "in" output_name: "out" data_type: TYPE_FP32 dims: [ 2 ] }]
            }
            parameters { key: "weight" value: { string_value: "4" } }
            """);
    assertThat(config.inputs())
        .containsExactly(new TensorSpec("x", DataType.FP32, Shape.of(-1, 3)));
    assertThat(config.outputs())
        .containsExactly(new TensorSpec("y", DataType.BYTES, Shape.of(-1, 1)));
    assertThat(config.runners()).hasValue(3);
    assertThat(config.weight()).isEqualTo(4);
    assertThat(config.sequence().orElseThrow().states())
        .containsExactly(new State("in", "out", List.of(-1L, 2L)));
    assertThat(config.sequence().orElseThrow().idle()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void platforms_haveTheirSeveralNames() throws Exception {
    assertThat(read("backend: 'onnxruntime'").platform()).isEqualTo(Platform.ONNX);
    assertThat(read("backend: 'tokenizer'").platform()).isEqualTo(Platform.TOKENIZER);
    assertThat(read("platform: 'penstock_tokenizer'").platform()).isEqualTo(Platform.TOKENIZER);
    assertThat(read("default_model_filename: 'tokenizer.json'").platform())
        .isEqualTo(Platform.TOKENIZER);
  }

  @Test
  void whatIsWrong_isToldAllAtOnce_byField() {
    assertThat(
            problems(
                """
                platform: "python" max_batch_size: -1
                input { name: "x" dims: [ -2 ] }
                dynamic_batching { priority_levels: 2 default_priority_level: 3 }
                ensemble_scheduling { }
                parameters { key: "weight" value: { string_value: "heavy" } }
                parameters { key: "length_buckets" value: { string_value: "32,16" } }
                model_warmup { inputs { key: "x" value: { dims: [ -1 ] } } }
                """))
        .contains(
            "config.platform",
            "config.max_batch_size",
            "config.input[0].data_type",
            "config.input[0].dims",
            "config.parameters.weight",
            "config.parameters.length_buckets",
            "config.model_warmup[0].inputs.x.dims");
    assertThat(problems("dynamic_batching { priority_levels: 2 default_priority_level: 3 }"))
        .containsExactly("config.dynamic_batching.default_priority_level");
    assertThat(problems("dynamic_batching { priority_levels: 18446744073709551615 }"))
        .containsExactly("config.dynamic_batching.priority_levels");
    assertThat(
            problems(
                """
                sequence_batching {
                  control_input { name: "c" control { kind: CONTROL_SEQUENCE_END } }
                  state { input_name: "s" initial_state { data_file: "seed" } }
                }
                """))
        .containsExactly(
            "config.sequence_batching.state[0].output_name",
            "config.sequence_batching.state[0].initial_state.data_file",
            "config.sequence_batching.control_input[0].control[0]");
    assertThat(problems("platform: 'ensemble'")).containsExactly("config.ensemble_scheduling.step");
    assertThat(
            problems(
                "ensemble_scheduling { step { model_name: 'a' input_map { key: 'x' value: 'x' }"
                    + " output_map { key: 'y' value: 'y' } deadline_share: 1.5 } }"))
        .containsExactly("config.ensemble_scheduling.step[0].deadline_share");
  }

  private static List<String> problems(String text) {
    var found = new java.util.ArrayList<String>();
    assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            FailureException.class,
            thrown ->
                ((InvalidFields) thrown.failure())
                    .violations().stream().map(FieldViolation::field).forEach(found::add));
    return found;
  }

  @Test
  void whatHasNoEffect_isNamed() throws Exception {
    var config =
        proto(
            """
            dynamic_batching { preferred_batch_size: [ 4 ] max_queue_delay_microseconds: 100 }
            parameters { key: "execution_mode" value: { string_value: "0" } }
            parameters { key: "weight" value: { string_value: "2" } }
            """);
    assertThat(VersionConfigProtos.unused(config))
        .containsExactly(
            "dynamic_batching.preferred_batch_size",
            "dynamic_batching.max_queue_delay_microseconds");
    assertThat(VersionConfigProtos.fromProto(config).parameters())
        .containsExactly(Map.entry("execution_mode", "0"));
  }

  private static VersionConfig read(String text) throws TextFormat.ParseException {
    return VersionConfigProtos.fromProto(proto(text));
  }

  private static ModelConfig proto(String text) throws TextFormat.ParseException {
    return TextFormat.parse(text, ModelConfig.class);
  }
}
