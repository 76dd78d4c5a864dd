package io.penstock.inference.serving;

import io.penstock.inference.serving.VersionConfig.Control;
import io.penstock.inference.serving.VersionConfig.Priorities;
import io.penstock.inference.serving.VersionConfig.Sequence;
import io.penstock.inference.serving.VersionConfig.Step;
import io.penstock.inference.serving.VersionConfig.WarmUp;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.TensorSpec;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelDynamicBatching;
import io.penstock.proto.oip.ModelEnsembling;
import io.penstock.proto.oip.ModelInput;
import io.penstock.proto.oip.ModelInstanceGroup;
import io.penstock.proto.oip.ModelOutput;
import io.penstock.proto.oip.ModelParameter;
import io.penstock.proto.oip.ModelQueuePolicy;
import io.penstock.proto.oip.ModelSequenceBatching;
import io.penstock.proto.oip.ModelWarmup;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/// Writes what a version is served by in Triton's form. Beside a sequence or an ensemble, which
/// leave no room for `dynamic_batching`, what would stand there becomes parameters.
final class WriteConfigProtos {

  private final VersionConfig config;
  private final ModelConfig.Builder proto = ModelConfig.newBuilder();

  WriteConfigProtos(VersionConfig config) {
    this.config = config;
  }

  ModelConfig write() {
    platform();
    proto.setMaxBatchSize(config.maxBatchRows().orElse(0));
    config
        .runners()
        .ifPresent(
            count -> proto.addInstanceGroup(ModelInstanceGroup.newBuilder().setCount(count)));
    tensors();
    scheduling();
    parameters();
    if (config.responseCache()) {
      proto.getResponseCacheBuilder().setEnable(true);
    }
    config.warmUps().forEach(warmUp -> proto.addModelWarmup(toProto(warmUp)));
    return proto.build();
  }

  private void platform() {
    switch (config.platform()) {
      case ONNX -> proto.setPlatform("onnxruntime_onnx").setBackend("onnxruntime");
      case TOKENIZER -> proto.setPlatform("penstock_tokenizer").setBackend("tokenizer");
      case ENSEMBLE -> proto.setPlatform("ensemble");
    }
  }

  private void tensors() {
    for (var spec : config.inputs()) {
      proto.addInput(
          ModelInput.newBuilder()
              .setName(spec.name())
              .setDataType(DataTypeProtos.toProto(spec.type()))
              .addAllDims(dims(spec)));
    }
    for (var spec : config.outputs()) {
      proto.addOutput(
          ModelOutput.newBuilder()
              .setName(spec.name())
              .setDataType(DataTypeProtos.toProto(spec.type()))
              .addAllDims(dims(spec)));
    }
  }

  private List<Long> dims(TensorSpec spec) {
    return withoutRows(spec.shape().toList());
  }

  private List<Long> withoutRows(List<Long> shape) {
    if (config.maxBatchRows().isEmpty()) {
      return shape;
    }
    if (shape.isEmpty() || shape.getFirst() != Shape.ANY) {
      throw new IllegalArgumentException(
          "%s has no open rows, yet the version batches".formatted(shape));
    }
    return shape.subList(1, shape.size());
  }

  private void scheduling() {
    if (config.sequence().isPresent()) {
      proto.setSequenceBatching(toProto(config.sequence().get()));
      queueAsParameters();
    } else if (!config.steps().isEmpty()) {
      proto.setEnsembleScheduling(
          ModelEnsembling.newBuilder()
              .addAllStep(config.steps().stream().map(WriteConfigProtos::toProto).toList()));
      queueAsParameters();
    } else {
      queue();
    }
  }

  private void queue() {
    var policy = ModelQueuePolicy.newBuilder();
    config.timeout().ifPresent(time -> policy.setDefaultTimeoutMicroseconds(micros(time)));
    config.queueRequests().ifPresent(policy::setMaxQueueSize);
    var batching =
        ModelDynamicBatching.newBuilder()
            .setPriorityLevels(config.priorities().levels())
            .setDefaultPriorityLevel(config.priorities().standard());
    if (!policy.build().equals(ModelQueuePolicy.getDefaultInstance())) {
      batching.setDefaultQueuePolicy(policy);
    }
    if (!batching.build().equals(ModelDynamicBatching.getDefaultInstance())) {
      proto.setDynamicBatching(batching);
    }
  }

  private void queueAsParameters() {
    config.timeout().ifPresent(time -> parameter(ParameterProtos.TIMEOUT, micros(time)));
    config.queueRequests().ifPresent(size -> parameter(ParameterProtos.QUEUE, size));
    if (!config.priorities().equals(Priorities.NONE)) {
      parameter(ParameterProtos.PRIORITY_LEVELS, config.priorities().levels());
      parameter(ParameterProtos.PRIORITY_DEFAULT, config.priorities().standard());
    }
  }

  private void parameters() {
    if (config.weight() != 1) {
      parameter(ParameterProtos.WEIGHT, config.weight());
    }
    if (config.isolated()) {
      parameter(ParameterProtos.ISOLATED, true);
    }
    if (!config.lengthBuckets().isEmpty()) {
      parameter(
          ParameterProtos.LENGTH_BUCKETS,
          config.lengthBuckets().stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    config.sequence().ifPresent(sequence -> parameter(ParameterProtos.SEQUENCES, sequence.most()));
    config
        .labels()
        .forEach(
            (output, labels) ->
                parameter(ParameterProtos.LABELS + output, String.join("\n", labels)));
    config.parameters().forEach(this::parameter);
  }

  private void parameter(String name, Object value) {
    proto.putParameters(name, ModelParameter.newBuilder().setStringValue(value.toString()).build());
  }

  private static long micros(Duration time) {
    return time.toNanos() / 1_000;
  }

  private ModelSequenceBatching toProto(Sequence sequence) {
    var batching =
        ModelSequenceBatching.newBuilder().setMaxSequenceIdleMicroseconds(micros(sequence.idle()));
    for (var state : sequence.states()) {
      batching.addState(
          ModelSequenceBatching.State.newBuilder()
              .setInputName(state.input())
              .setOutputName(state.output())
              .addAllDims(withoutRows(state.shape())));
    }
    for (var control : sequence.controls()) {
      batching.addControlInput(
          ModelSequenceBatching.ControlInput.newBuilder()
              .setName(control.input())
              .addControl(toProto(control)));
    }
    return batching.build();
  }

  private static ModelSequenceBatching.Control toProto(Control control) {
    var proto = ModelSequenceBatching.Control.newBuilder().setKind(kind(control.kind()));
    if (control.kind() == Control.Kind.ID) {
      return proto.build();
    }
    if (isInt(control.whenFalse()) && isInt(control.whenTrue())) {
      return proto
          .addInt32FalseTrue((int) control.whenFalse())
          .addInt32FalseTrue((int) control.whenTrue())
          .build();
    }
    return proto
        .addFp32FalseTrue((float) control.whenFalse())
        .addFp32FalseTrue((float) control.whenTrue())
        .build();
  }

  private static boolean isInt(double value) {
    return value == (int) value;
  }

  private static ModelSequenceBatching.Control.Kind kind(Control.Kind kind) {
    return switch (kind) {
      case START -> ModelSequenceBatching.Control.Kind.CONTROL_SEQUENCE_START;
      case READY -> ModelSequenceBatching.Control.Kind.CONTROL_SEQUENCE_READY;
      case END -> ModelSequenceBatching.Control.Kind.CONTROL_SEQUENCE_END;
      case ID -> ModelSequenceBatching.Control.Kind.CONTROL_SEQUENCE_CORRID;
    };
  }

  private static ModelEnsembling.Step toProto(Step step) {
    return ModelEnsembling.Step.newBuilder()
        .setModelName(step.model())
        .setModelVersion(step.version().isEmpty() ? -1 : Long.parseLong(step.version()))
        .putAllInputMap(step.inputs())
        .putAllOutputMap(step.outputs())
        .setDeadlineShare(step.deadlineShare())
        .setFallbackModelName(step.fallback())
        .build();
  }

  private static ModelWarmup toProto(WarmUp warmUp) {
    var proto =
        ModelWarmup.newBuilder()
            .setName(warmUp.name())
            .setBatchSize(warmUp.rows())
            .setCount(warmUp.count());
    warmUp.inputs().forEach((name, input) -> proto.putInputs(name, toProto(input)));
    return proto.build();
  }

  private static ModelWarmup.Input toProto(WarmUp.Input input) {
    var proto = ModelWarmup.Input.newBuilder().addAllDims(input.shape());
    return input.random() ? proto.setRandomData(true).build() : proto.setZeroData(true).build();
  }
}
