package io.penstock.registry.version;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.DataType;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelEnsembling;
import io.penstock.registry.Limits;
import io.penstock.registry.StoredProtos;
import io.penstock.registry.onnx.Datatype;
import io.penstock.registry.onnx.TensorSpec;
import io.penstock.registry.version.ServingConfig.Platform;
import io.penstock.registry.version.ServingConfig.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Serving configurations on the wire and, in the same form, in the database.
public final class ServingConfigProtos {

  private static final int MOST_BYTES = 4 << 20;

  private ServingConfigProtos() {}

  /// Empty where there is no configuration.
  public static Optional<ModelConfig> toProto(ServingConfig config) {
    return config.isNone()
        ? Optional.empty()
        : Optional.of(StoredProtos.parse(ModelConfig.parser(), config.encoded().toByteArray()));
  }

  /// Reads one that was checked.
  public static ServingConfig fromProto(ModelConfig config) {
    boolean rowsLeftOut = config.getMaxBatchSize() > 0;
    return new ServingConfig(
        platform(config).orElseThrow(),
        config.getInputList().stream()
            .map(i -> spec(i.getName(), i.getDataType(), i.getDimsList(), rowsLeftOut))
            .toList(),
        config.getOutputList().stream()
            .map(o -> spec(o.getName(), o.getDataType(), o.getDimsList(), rowsLeftOut))
            .toList(),
        config.getEnsembleScheduling().getStepList().stream()
            .map(ServingConfigProtos::step)
            .toList(),
        config.toByteString());
  }

  private static Step step(ModelEnsembling.Step step) {
    return new Step(
        step.getModelName(), Math.max(0, step.getModelVersion()), step.getFallbackModelName());
  }

  private static TensorSpec spec(String name, DataType type, List<Long> dims, boolean rowsLeftOut) {
    var shape = new ArrayList<>(dims);
    if (rowsLeftOut) {
      shape.addFirst(TensorSpec.VARIABLE);
    }
    return new TensorSpec(name, datatype(type).orElseThrow(), Optional.of(shape));
  }

  private static Optional<Datatype> datatype(DataType type) {
    return type == DataType.TYPE_STRING
        ? Optional.of(Datatype.BYTES)
        : Datatype.ofName(type.name().replace("TYPE_", ""));
  }

  private static Optional<Platform> platform(ModelConfig config) {
    var name = config.getPlatform().isEmpty() ? config.getBackend() : config.getPlatform();
    return switch (name) {
      case "" -> Optional.of(config.hasEnsembleScheduling() ? Platform.ENSEMBLE : Platform.ONNX);
      case "onnxruntime_onnx", "onnxruntime", "onnx_onnxv1", "onnx" -> Optional.of(Platform.ONNX);
      case "penstock_tokenizer", "tokenizer" -> Optional.of(Platform.TOKENIZER);
      case "ensemble" -> Optional.of(Platform.ENSEMBLE);
      default -> Optional.empty();
    };
  }

  /// What the registry reads of it; the rest is for the inference servers to check, which report a
  /// version that they cannot serve.
  public static void check(InvalidArguments problems, String field, ModelConfig config) {
    problems.addIf(
        config.getSerializedSize() > MOST_BYTES,
        field,
        "has %d bytes, expected at most %d".formatted(config.getSerializedSize(), MOST_BYTES));
    problems.addIf(
        platform(config).isEmpty(),
        field + (config.getPlatform().isEmpty() ? ".backend" : ".platform"),
        "expected onnxruntime_onnx, ensemble or penstock_tokenizer");
    problems.addIf(config.getMaxBatchSize() < 0, field + ".max_batch_size", "is negative");
    checkTensors(problems, field, config);
    checkSteps(problems, field + ".ensemble_scheduling", config);
    var batching = config.getDynamicBatching();
    problems.addIf(
        batching.getPriorityLevels() != 0
            && (batching.getDefaultPriorityLevel() < 1
                || batching.getDefaultPriorityLevel() > batching.getPriorityLevels()),
        field + ".dynamic_batching.default_priority_level",
        "was %d, expected 1 to priority_levels".formatted(batching.getDefaultPriorityLevel()));
  }

  private static void checkTensors(InvalidArguments problems, String field, ModelConfig config) {
    Limits.count(problems, field + ".input", config.getInputCount());
    Limits.count(problems, field + ".output", config.getOutputCount());
    IntStream.range(0, config.getInputCount())
        .forEach(
            i -> {
              var input = config.getInput(i);
              checkTensor(
                  problems,
                  "%s.input[%d]".formatted(field, i),
                  input.getName(),
                  input.getDataType(),
                  input.getDimsList());
            });
    IntStream.range(0, config.getOutputCount())
        .forEach(
            i -> {
              var output = config.getOutput(i);
              checkTensor(
                  problems,
                  "%s.output[%d]".formatted(field, i),
                  output.getName(),
                  output.getDataType(),
                  output.getDimsList());
            });
  }

  private static void checkTensor(
      InvalidArguments problems, String field, String name, DataType type, List<Long> dims) {
    Limits.key(problems, field + ".name", name);
    problems.addIf(
        datatype(type).isEmpty(), field + ".data_type", "was %s, expected a type".formatted(type));
    problems.addIf(
        dims.stream().anyMatch(dimension -> dimension < -1),
        field + ".dims",
        "was %s, expected sizes, or -1 for a variable dimension".formatted(dims));
  }

  private static void checkSteps(InvalidArguments problems, String field, ModelConfig config) {
    var steps = config.getEnsembleScheduling().getStepList();
    boolean ensemble = platform(config).equals(Optional.of(Platform.ENSEMBLE));
    Limits.count(problems, field + ".step", steps.size());
    problems.addIf(
        ensemble && steps.isEmpty(), field + ".step", "is empty, an ensemble has at least one");
    problems.addIf(!ensemble && !steps.isEmpty(), field, "belongs to the platform ensemble only");
    for (int i = 0; i < steps.size(); i++) {
      var path = "%s.step[%d]".formatted(field, i);
      Limits.key(problems, path + ".model_name", steps.get(i).getModelName());
      double share = steps.get(i).getDeadlineShare();
      problems.addIf(
          !(share >= 0 && share <= 1),
          path + ".deadline_share",
          "was %s, expected 0 to 1".formatted(share));
    }
  }
}
