package io.penstock.inference.serving;

import io.penstock.inference.serving.VersionConfig.Platform;
import io.penstock.inference.serving.VersionConfig.Priorities;
import io.penstock.inference.serving.VersionConfig.Sequence;
import io.penstock.inference.serving.VersionConfig.Step;
import io.penstock.inference.serving.VersionConfig.WarmUp;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.TensorSpec;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelEnsembling;
import io.penstock.proto.oip.ModelInput;
import io.penstock.proto.oip.ModelOutput;
import io.penstock.proto.oip.ModelWarmup;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Reads one model configuration. Where rows stand is Triton's rule: with a `max_batch_size` the
/// declared dimensions leave them out, without one they hold them.
final class ReadConfigProtos {

  private static final long MOST_MICROS = Duration.ofDays(1).toNanos() / 1_000;
  private static final int MOST_PRIORITIES = 1_000;

  private final ModelConfig config;
  private final InvalidArguments problems = new InvalidArguments();
  private final ParameterProtos parameters;

  ReadConfigProtos(ModelConfig config) {
    this.config = config;
    this.parameters = new ParameterProtos(config, problems);
  }

  VersionConfig read() {
    var platform = platform();
    var result =
        new VersionConfig(
            platform,
            maxBatchRows(),
            runners(),
            timeout(),
            queueRequests(),
            priorities(),
            parameters.weight(),
            config.getResponseCache().getEnable(),
            parameters.isolated(),
            parameters.lengthBuckets(),
            inputs(),
            outputs(),
            sequence(),
            steps(platform),
            parameters.labels(),
            warmUps(),
            parameters.others());
    problems.throwIfAny();
    return result;
  }

  private Platform platform() {
    var name = config.getPlatform().isEmpty() ? config.getBackend() : config.getPlatform();
    return switch (name) {
      case "" -> platformByContent();
      case "onnxruntime_onnx", "onnxruntime", "onnx_onnxv1", "onnx" -> Platform.ONNX;
      case "ensemble" -> Platform.ENSEMBLE;
      case "penstock_tokenizer", "tokenizer" -> Platform.TOKENIZER;
      default -> {
        problems.add(
            config.getPlatform().isEmpty() ? "config.backend" : "config.platform",
            "was '%s', expected onnxruntime_onnx, ensemble or penstock_tokenizer".formatted(name));
        yield Platform.ONNX;
      }
    };
  }

  private Platform platformByContent() {
    if (config.hasEnsembleScheduling()) {
      return Platform.ENSEMBLE;
    }
    return config.getDefaultModelFilename().endsWith("tokenizer.json")
        ? Platform.TOKENIZER
        : Platform.ONNX;
  }

  private OptionalInt maxBatchRows() {
    int rows = config.getMaxBatchSize();
    problems.addIf(rows < 0, "config.max_batch_size", "was %d, expected 0 or more".formatted(rows));
    return rows > 0 ? OptionalInt.of(rows) : OptionalInt.empty();
  }

  private boolean leavesOutRows() {
    return config.getMaxBatchSize() > 0;
  }

  private OptionalInt runners() {
    int sum = 0;
    for (int i = 0; i < config.getInstanceGroupCount(); i++) {
      int count = config.getInstanceGroup(i).getCount();
      if (count < 0 || count > 1_024) {
        problems.add(
            "config.instance_group[%d].count".formatted(i),
            "was %d, expected 0 to 1024".formatted(count));
      } else {
        sum += count;
      }
    }
    return sum > 0 ? OptionalInt.of(sum) : OptionalInt.empty();
  }

  private Optional<Duration> timeout() {
    long micros =
        parameters.whole(
            ParameterProtos.TIMEOUT,
            config.getDynamicBatching().getDefaultQueuePolicy().getDefaultTimeoutMicroseconds());
    problems.addIf(
        micros < 0 || micros > MOST_MICROS,
        "config.dynamic_batching.default_queue_policy.default_timeout_microseconds",
        "was %s, expected at most %d".formatted(Long.toUnsignedString(micros), MOST_MICROS));
    return micros > 0 && micros <= MOST_MICROS
        ? Optional.of(Duration.of(micros, ChronoUnit.MICROS))
        : Optional.empty();
  }

  private OptionalInt queueRequests() {
    long size =
        parameters.whole(
            ParameterProtos.QUEUE,
            Integer.toUnsignedLong(
                config.getDynamicBatching().getDefaultQueuePolicy().getMaxQueueSize()));
    problems.addIf(
        size < 0 || size > Integer.MAX_VALUE,
        "config.dynamic_batching.default_queue_policy.max_queue_size",
        "was %s, expected at most %d".formatted(Long.toUnsignedString(size), Integer.MAX_VALUE));
    return size > 0 && size <= Integer.MAX_VALUE ? OptionalInt.of((int) size) : OptionalInt.empty();
  }

  private Priorities priorities() {
    var batching = config.getDynamicBatching();
    long levels = parameters.whole(ParameterProtos.PRIORITY_LEVELS, batching.getPriorityLevels());
    long standard =
        parameters.whole(ParameterProtos.PRIORITY_DEFAULT, batching.getDefaultPriorityLevel());
    if (levels < 0 || levels > MOST_PRIORITIES) {
      problems.add(
          "config.dynamic_batching.priority_levels",
          "was %s, expected at most %d".formatted(Long.toUnsignedString(levels), MOST_PRIORITIES));
      return Priorities.NONE;
    }
    if (levels == 0) {
      return Priorities.NONE;
    }
    if (standard < 1 || standard > levels) {
      problems.add(
          "config.dynamic_batching.default_priority_level",
          "was %s, expected 1 to %d".formatted(Long.toUnsignedString(standard), levels));
      return Priorities.NONE;
    }
    return new Priorities((int) levels, (int) standard);
  }

  private List<TensorSpec> inputs() {
    var specs = new ArrayList<TensorSpec>();
    for (int i = 0; i < config.getInputCount(); i++) {
      ModelInput input = config.getInput(i);
      spec(
              "config.input[%d]".formatted(i),
              input.getName(),
              input.getDataType(),
              input.getDimsList())
          .ifPresent(specs::add);
    }
    distinct("config.input", specs);
    return specs;
  }

  private List<TensorSpec> outputs() {
    var specs = new ArrayList<TensorSpec>();
    for (int i = 0; i < config.getOutputCount(); i++) {
      ModelOutput output = config.getOutput(i);
      spec(
              "config.output[%d]".formatted(i),
              output.getName(),
              output.getDataType(),
              output.getDimsList())
          .ifPresent(specs::add);
    }
    distinct("config.output", specs);
    return specs;
  }

  private void distinct(String field, List<TensorSpec> specs) {
    problems.addIf(
        specs.stream().map(TensorSpec::name).distinct().count() < specs.size(),
        field,
        "two have one name");
  }

  private Optional<TensorSpec> spec(
      String field, String name, io.penstock.proto.oip.DataType type, List<Long> dims) {
    problems.addIf(name.isEmpty(), field + ".name", "is missing");
    var known = DataTypeProtos.fromProto(type);
    problems.addIf(
        known.isEmpty(), field + ".data_type", "was %s, expected a type".formatted(type));
    checkDims(field + ".dims", dims);
    return known.map((DataType t) -> new TensorSpec(name, t, Shape.of(withRows(dims))));
  }

  private void checkDims(String field, List<Long> dims) {
    problems.addIf(
        dims.stream().anyMatch(dimension -> dimension < -1),
        field,
        "was %s, expected sizes, or -1 for any".formatted(dims));
  }

  private List<Long> withRows(List<Long> dims) {
    if (!leavesOutRows()) {
      return dims;
    }
    var all = new ArrayList<Long>(dims.size() + 1);
    all.add(Shape.ANY);
    all.addAll(dims);
    return all;
  }

  private Optional<Sequence> sequence() {
    return config.hasSequenceBatching()
        ? Optional.of(
            new SequenceProtos(config.getSequenceBatching(), problems, this::withRows)
                .read(parameters.whole(ParameterProtos.SEQUENCES, 0)))
        : Optional.empty();
  }

  private List<Step> steps(Platform platform) {
    var steps = config.getEnsembleScheduling().getStepList();
    problems.addIf(
        platform == Platform.ENSEMBLE && steps.isEmpty(),
        "config.ensemble_scheduling.step",
        "an ensemble has at least one");
    problems.addIf(
        platform != Platform.ENSEMBLE && !steps.isEmpty(),
        "config.ensemble_scheduling",
        "belongs to the platform ensemble only");
    return IntStream.range(0, steps.size())
        .mapToObj(i -> step("config.ensemble_scheduling.step[%d]".formatted(i), steps.get(i)))
        .toList();
  }

  private Step step(String field, ModelEnsembling.Step step) {
    problems.addIf(step.getModelName().isEmpty(), field + ".model_name", "is missing");
    problems.addIf(step.getInputMapCount() == 0, field + ".input_map", "is empty");
    problems.addIf(step.getOutputMapCount() == 0, field + ".output_map", "is empty");
    problems.addIf(
        step.getModelVersion() < -1,
        field + ".model_version",
        "was %d, expected a version or -1".formatted(step.getModelVersion()));
    double share = step.getDeadlineShare();
    problems.addIf(
        !(share >= 0 && share <= 1),
        field + ".deadline_share",
        "was %s, expected 0 to 1".formatted(share));
    return new Step(
        step.getModelName(),
        step.getModelVersion() > 0 ? Long.toString(step.getModelVersion()) : "",
        step.getInputMapMap(),
        step.getOutputMapMap(),
        share,
        step.getFallbackModelName());
  }

  private List<WarmUp> warmUps() {
    return IntStream.range(0, config.getModelWarmupCount())
        .mapToObj(i -> warmUp("config.model_warmup[%d]".formatted(i), config.getModelWarmup(i)))
        .toList();
  }

  private WarmUp warmUp(String field, ModelWarmup warmUp) {
    var inputs = new TreeMap<String, WarmUp.Input>();
    for (Map.Entry<String, ModelWarmup.Input> entry : warmUp.getInputsMap().entrySet()) {
      var dims = entry.getValue().getDimsList();
      problems.addIf(
          dims.stream().anyMatch(dimension -> dimension < 0),
          "%s.inputs.%s.dims".formatted(field, entry.getKey()),
          "was %s, expected sizes".formatted(dims));
      inputs.put(entry.getKey(), new WarmUp.Input(dims, !entry.getValue().getZeroData()));
    }
    return new WarmUp(
        warmUp.getName(),
        bounded(field + ".batch_size", warmUp.getBatchSize()),
        bounded(field + ".count", warmUp.getCount()),
        inputs);
  }

  private int bounded(String field, int value) {
    problems.addIf(
        value < 0 || value > 10_000,
        field,
        "was %s, expected at most 10000".formatted(Integer.toUnsignedString(value)));
    return Math.max(1, value);
  }
}
