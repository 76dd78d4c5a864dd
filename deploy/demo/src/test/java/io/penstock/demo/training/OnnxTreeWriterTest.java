package io.penstock.demo.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.microsoft.ml.lightgbm.PredictionType;
import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Three independent walks over the same trees: LightGBM's own, ours, and ONNX Runtime's over what
/// we wrote.
class OnnxTreeWriterTest {

  private static final long SEED = 1_8_2001;
  private static final double TOLERANCE = 1e-6;
  private static final List<String> COLUMNS = List.of("a", "b", "c");

  private final Random random = new Random(SEED);

  @Test
  void write_agreesWithLightGbm() throws Exception {
    TrainedModel model = train(.1, 80);
    float[] rows = rows(5_000, .1);
    assertAgreement(model, rows);
  }

  @Test
  void write_agreesOnThresholdsAndTheirNeighbours() throws Exception {
    TrainedModel model = train(.1, 40);
    assertAgreement(model, rowsAtThresholds(model.trees()));
  }

  @Test
  void write_missingValuesThatTrainingNeverSaw() throws Exception {
    TrainedModel model = train(0, 40);
    assertAgreement(model, rows(2_000, .5));
  }

  @Test
  void write_treesWithoutSplits() throws Exception {
    float[] labels = new float[400];
    Arrays.fill(labels, 0, 100, 1);
    float[] sameValues = new float[labels.length * COLUMNS.size()];
    TrainedModel model =
        DelayTrainer.train(new TrainingTable(COLUMNS, sameValues, labels), recipe(3));
    assertAgreement(model, rows(10, .1));
    assertThat((double) onnx(model, rows(1, 0))[0]).isCloseTo(.25, within(TOLERANCE));
  }

  @Test
  void write_declaresItsTensors() throws Exception {
    try (OrtSession session = session(train(.1, 5))) {
      long[] input = shape(session.getInputInfo(), "features");
      long[] output = shape(session.getOutputInfo(), "probability");
      assertThat(input).containsExactly(-1, 3);
      assertThat(output).containsExactly(-1, 1);
      assertThat(session.getMetadata().getProducerName()).isEqualTo("penstock");
      assertThat(session.getMetadata().getCustomMetadata()).containsEntry("columns", "a,b,c");
    }
  }

  @Test
  void train_twice_givesTheSameBytes() {
    TrainingTable table = table(3_000, .1);
    assertThat(DelayTrainer.train(table, recipe(20)).onnx())
        .isEqualTo(DelayTrainer.train(table, recipe(20)).onnx());
  }

  private void assertAgreement(TrainedModel model, float[] rows) throws Exception {
    double[] expected = lightGbm(model, rows);
    float[] actual = onnx(model, rows);
    double[] ours = model.trees().probabilities(unlabelled(rows));
    for (int row = 0; row < expected.length; row++) {
      String values = Arrays.toString(Arrays.copyOfRange(rows, row * 3, row * 3 + 3));
      assertThat(ours[row]).as(values).isCloseTo(expected[row], within(1e-12));
      assertThat((double) actual[row]).as(values).isCloseTo(expected[row], within(TOLERANCE));
    }
  }

  private static double[] lightGbm(TrainedModel model, float[] rows) throws LGBMException {
    try (LGBMBooster booster = LGBMBooster.loadModelFromString(model.lightGbm())) {
      int count = rows.length / COLUMNS.size();
      return booster.predictForMat(
          rows, count, COLUMNS.size(), true, PredictionType.C_API_PREDICT_NORMAL);
    }
  }

  private static float[] onnx(TrainedModel model, float[] rows) throws OrtException {
    long[] shape = {rows.length / COLUMNS.size(), COLUMNS.size()};
    try (OrtSession session = session(model);
        OnnxTensor input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(rows), shape);
        OrtSession.Result result = session.run(Map.of("features", input))) {
      float[] probabilities = new float[(int) shape[0]];
      ((OnnxTensor) result.get("probability").orElseThrow()).getFloatBuffer().get(probabilities);
      return probabilities;
    }
  }

  private static long[] shape(Map<String, NodeInfo> nodes, String name) {
    return ((TensorInfo) Objects.requireNonNull(nodes.get(name)).getInfo()).getShape();
  }

  private static OrtSession session(TrainedModel model) throws OrtException {
    return OrtEnvironment.getEnvironment().createSession(model.onnx());
  }

  private TrainedModel train(double missing, int trees) {
    return DelayTrainer.train(table(5_000, missing), recipe(trees));
  }

  private static Recipe recipe(int trees) {
    return new Recipe("test", COLUMNS, trees, 31, .1, 20, List.of("a"));
  }

  /// A label that depends on all three columns, so that trees have something to find.
  private TrainingTable table(int count, double missing) {
    float[] values = rows(count, missing);
    float[] labels = new float[count];
    for (int row = 0; row < count; row++) {
      float a = values[row * 3];
      float b = values[row * 3 + 1];
      double logOdds = (Float.isNaN(a) ? 1 : a) + (b > 0.3 ? values[row * 3 + 2] / 50 : -1);
      labels[row] = random.nextDouble() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
    }
    return new TrainingTable(COLUMNS, values, labels);
  }

  private float[] rows(int count, double missing) {
    float[] values = new float[count * 3];
    for (int row = 0; row < count; row++) {
      values[row * 3] = value((float) random.nextGaussian(), missing);
      values[row * 3 + 1] = value((float) random.nextDouble(), missing);
      values[row * 3 + 2] = value(random.nextInt(-50, 50), missing);
    }
    return values;
  }

  private float value(float value, double missing) {
    return random.nextDouble() < missing ? Float.NaN : value;
  }

  /// Rows of the float nearest to each threshold and the floats beside it.
  private float[] rowsAtThresholds(TreeModel model) {
    FloatBuffer rows = FloatBuffer.allocate(100_000);
    for (Tree tree : model.trees()) {
      for (int node = 0; node < tree.splits(); node++) {
        float nearest = (float) tree.threshold()[node];
        for (float value : new float[] {Math.nextDown(nearest), nearest, Math.nextUp(nearest), 0}) {
          float[] row = rows(1, .1);
          row[tree.column()[node]] = isZeroToLightGbm(value) ? 0 : value;
          rows.put(row);
        }
      }
    }
    return Arrays.copyOf(rows.array(), rows.position());
  }

  /// LightGBM drops such values from its rows, even where a threshold lies between them and 0.
  private static boolean isZeroToLightGbm(float value) {
    return Math.abs(value) <= 1e-35f;
  }

  private static TrainingTable unlabelled(float[] rows) {
    return new TrainingTable(COLUMNS, rows, new float[rows.length / COLUMNS.size()]);
  }
}
