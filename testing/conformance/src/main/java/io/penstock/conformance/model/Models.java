package io.penstock.conformance.model;

import static io.penstock.conformance.model.Graph.ANY;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.proto.oip.DataType;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelDynamicBatching;
import io.penstock.proto.oip.ModelEnsembling;
import io.penstock.proto.oip.ModelInput;
import io.penstock.proto.oip.ModelInstanceGroup;
import io.penstock.proto.oip.ModelInstanceGroup.Kind;
import io.penstock.proto.oip.ModelOutput;
import io.penstock.proto.oip.ModelQueuePolicy;
import io.penstock.proto.oip.ModelQueuePolicy.TimeoutAction;
import io.penstock.proto.oip.ModelSequenceBatching;
import io.penstock.proto.oip.ModelSequenceBatching.InitialState;
import io.penstock.proto.oip.ModelSequenceBatching.State;
import io.penstock.proto.oip.ModelVersionPolicy;
import io.penstock.proto.onnx.TensorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The models that the cases ask for.
public final class Models {

  public static final String SIMPLE = "simple";
  public static final String PLAIN = "plain_fp32";
  public static final String SCALAR = "scalar_fp32";
  public static final String RANK4 = "rank4_fp32";
  public static final String FIXED = "fixed_fp32";
  public static final String CENTRED = "centred_fp32";
  public static final String GATHER = "gather";
  public static final String SLOW = "slow";
  public static final String CLASSIFIER = "classifier";
  public static final String ACCUMULATOR = "accumulator";
  public static final String ENSEMBLE = "ensemble_add_sub";
  public static final String VERSIONS = "two_versions";
  public static final String LOADABLE = "loadable";

  /// Inputs and outputs of `simple` are so wide.
  public static final int SIMPLE_WIDTH = 16;

  /// Most rows that `simple` takes at once.
  public static final int SIMPLE_ROWS = 8;

  public static final List<String> LABELS = List.of("cat", "dog", "bird", "fish");

  private static final String ONNX = "onnxruntime_onnx";
  private static final int MANY_ROWS = 64;

  private static final Map<DataType, TensorProto.DataType> TYPES =
      Map.ofEntries(
          Map.entry(DataType.TYPE_BOOL, TensorProto.DataType.BOOL),
          Map.entry(DataType.TYPE_INT8, TensorProto.DataType.INT8),
          Map.entry(DataType.TYPE_INT16, TensorProto.DataType.INT16),
          Map.entry(DataType.TYPE_INT32, TensorProto.DataType.INT32),
          Map.entry(DataType.TYPE_INT64, TensorProto.DataType.INT64),
          Map.entry(DataType.TYPE_UINT8, TensorProto.DataType.UINT8),
          Map.entry(DataType.TYPE_UINT16, TensorProto.DataType.UINT16),
          Map.entry(DataType.TYPE_UINT32, TensorProto.DataType.UINT32),
          Map.entry(DataType.TYPE_UINT64, TensorProto.DataType.UINT64),
          Map.entry(DataType.TYPE_FP16, TensorProto.DataType.FLOAT16),
          Map.entry(DataType.TYPE_BF16, TensorProto.DataType.BFLOAT16),
          Map.entry(DataType.TYPE_FP32, TensorProto.DataType.FLOAT),
          Map.entry(DataType.TYPE_FP64, TensorProto.DataType.DOUBLE),
          Map.entry(DataType.TYPE_STRING, TensorProto.DataType.STRING));

  private Models() {}

  /// `identity_fp32` and the like: rows of any width.
  public static String identity(String datatype) {
    return "identity_" + datatype.toLowerCase(Locale.ROOT);
  }

  /// All of them.
  public static List<Model> all() {
    var models = new ArrayList<Model>();
    TYPES.forEach((type, onnx) -> models.add(identity(type, onnx)));
    models.add(simple());
    models.add(plain(PLAIN, ANY, ANY));
    models.add(scalar());
    models.add(plain(RANK4, ANY, ANY, ANY, ANY));
    models.add(plain(FIXED, 2, 3));
    models.add(Model.of(fp32(CENTRED, 0, ANY, 2), Graphs.centred()));
    models.add(gather());
    models.add(slow());
    models.add(classifier());
    models.add(accumulator());
    models.add(versions());
    models.add(plain(LOADABLE, ANY, ANY));
    models.add(ensemble());
    return List.copyOf(models);
  }

  private static Model identity(DataType type, TensorProto.DataType onnx) {
    var config = identityConfig(type);
    return Model.of(config, Graphs.identity(onnx, ANY, ANY));
  }

  private static ModelConfig.Builder identityConfig(DataType type) {
    var datatype = type == DataType.TYPE_STRING ? "BYTES" : type.name().substring("TYPE_".length());
    return config(identity(datatype), MANY_ROWS)
        .addInput(input("INPUT0", type, ANY))
        .addOutput(output("OUTPUT0", type, ANY));
  }

  private static Model plain(String name, long... dims) {
    return Model.of(fp32(name, 0, dims), Graphs.identity(TensorProto.DataType.FLOAT, dims));
  }

  // Without its tensors: the format has no way to say that they have no dimensions.
  private static Model scalar() {
    return Model.of(config(SCALAR, 0), Graphs.identity(TensorProto.DataType.FLOAT));
  }

  private static Model simple() {
    return Model.of(
        addSub(SIMPLE).setPlatform(ONNX),
        Graphs.addSub(TensorProto.DataType.INT32, ANY, SIMPLE_WIDTH));
  }

  private static ModelConfig.Builder addSub(String name) {
    return ModelConfig.newBuilder()
        .setName(name)
        .setMaxBatchSize(SIMPLE_ROWS)
        .addInput(input("INPUT0", DataType.TYPE_INT32, SIMPLE_WIDTH))
        .addInput(input("INPUT1", DataType.TYPE_INT32, SIMPLE_WIDTH))
        .addOutput(output("OUTPUT0", DataType.TYPE_INT32, SIMPLE_WIDTH))
        .addOutput(output("OUTPUT1", DataType.TYPE_INT32, SIMPLE_WIDTH));
  }

  private static Model gather() {
    return Model.of(
        config(GATHER, 0)
            .addInput(input("INPUT0", DataType.TYPE_INT64, ANY))
            .addOutput(output("OUTPUT0", DataType.TYPE_FP32, ANY)),
        Graphs.gather());
  }

  private static Model slow() {
    var policy =
        ModelQueuePolicy.newBuilder()
            .setTimeoutAction(TimeoutAction.REJECT)
            .setAllowTimeoutOverride(true);
    return Model.of(
        config(SLOW, 1)
            .addInput(input("INPUT0", DataType.TYPE_INT64, 1))
            .addOutput(output("OUTPUT0", DataType.TYPE_FP32, 1))
            .addInstanceGroup(ModelInstanceGroup.newBuilder().setCount(1).setKind(Kind.KIND_CPU))
            .setDynamicBatching(
                ModelDynamicBatching.newBuilder()
                    .setPriorityLevels(2)
                    .setDefaultPriorityLevel(2)
                    .setDefaultQueuePolicy(policy)),
        Graphs.slow());
  }

  private static Model classifier() {
    var config = fp32(CLASSIFIER, SIMPLE_ROWS, Graphs.CLASSES);
    config.getOutputBuilder(0).setLabelFilename("labels.txt");
    return Model.of(config, Graphs.identity(TensorProto.DataType.FLOAT, ANY, Graphs.CLASSES))
        .and("labels.txt", (String.join("\n", LABELS) + "\n").getBytes(UTF_8));
  }

  private static Model accumulator() {
    var zero =
        InitialState.newBuilder()
            .setName("zero")
            .setDataType(DataType.TYPE_FP32)
            .addDims(1)
            .setZeroData(true);
    var state =
        State.newBuilder()
            .setInputName("STATE_IN")
            .setOutputName("STATE_OUT")
            .setDataType(DataType.TYPE_FP32)
            .addDims(1)
            .addInitialState(zero);
    return Model.of(
        fp32(ACCUMULATOR, SIMPLE_ROWS, 1)
            .setSequenceBatching(
                ModelSequenceBatching.newBuilder()
                    .setMaxSequenceIdleMicroseconds(60_000_000)
                    .addState(state)),
        Graphs.accumulator());
  }

  private static Model versions() {
    var config =
        fp32(VERSIONS, MANY_ROWS, ANY)
            .setVersionPolicy(
                ModelVersionPolicy.newBuilder().setAll(ModelVersionPolicy.All.newBuilder()));
    return Model.of(config, Graphs.plus(1_000)).and("2/model.onnx", Graphs.plus(2_000));
  }

  // OUTPUT0 is the sum, through a second model; OUTPUT1 the difference, straight from the first.
  private static Model ensemble() {
    var first =
        ModelEnsembling.Step.newBuilder()
            .setModelName(SIMPLE)
            .setModelVersion(-1)
            .putInputMap("INPUT0", "INPUT0")
            .putInputMap("INPUT1", "INPUT1")
            .putOutputMap("OUTPUT0", "sum")
            .putOutputMap("OUTPUT1", "OUTPUT1");
    var second =
        ModelEnsembling.Step.newBuilder()
            .setModelName(identity("INT32"))
            .setModelVersion(-1)
            .putInputMap("INPUT0", "sum")
            .putOutputMap("OUTPUT0", "OUTPUT0");
    var config =
        addSub(ENSEMBLE)
            .setPlatform("ensemble")
            .setEnsembleScheduling(ModelEnsembling.newBuilder().addStep(first).addStep(second));
    return new Model(config.build(), Map.of("1/.keep", new byte[0]));
  }

  private static ModelConfig.Builder fp32(String name, int rows, long... dims) {
    return config(name, rows)
        .addInput(input("INPUT0", DataType.TYPE_FP32, dims))
        .addOutput(output("OUTPUT0", DataType.TYPE_FP32, dims));
  }

  private static ModelConfig.Builder config(String name, int rows) {
    return ModelConfig.newBuilder().setName(name).setPlatform(ONNX).setMaxBatchSize(rows);
  }

  private static ModelInput input(String name, DataType type, long... dims) {
    return ModelInput.newBuilder().setName(name).setDataType(type).addAllDims(list(dims)).build();
  }

  private static ModelOutput output(String name, DataType type, long... dims) {
    return ModelOutput.newBuilder().setName(name).setDataType(type).addAllDims(list(dims)).build();
  }

  private static List<Long> list(long... dims) {
    return java.util.Arrays.stream(dims).boxed().toList();
  }
}
