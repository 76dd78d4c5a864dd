package io.penstock.demo.training;

import com.google.protobuf.ByteString;
import io.penstock.proto.onnx.AttributeProto;
import io.penstock.proto.onnx.AttributeProto.AttributeType;
import io.penstock.proto.onnx.GraphProto;
import io.penstock.proto.onnx.ModelProto;
import io.penstock.proto.onnx.NodeProto;
import io.penstock.proto.onnx.OperatorSetIdProto;
import io.penstock.proto.onnx.StringStringEntryProto;
import io.penstock.proto.onnx.TensorProto.DataType;
import io.penstock.proto.onnx.TensorShapeProto;
import io.penstock.proto.onnx.TensorShapeProto.Dimension;
import io.penstock.proto.onnx.TypeProto;
import io.penstock.proto.onnx.ValueInfoProto;
import java.util.stream.Stream;

/// Writes a [TreeModel] as ONNX: `features` [rows, columns] → TreeEnsembleRegressor → Sigmoid →
/// `probability` [rows, 1].
public final class OnnxTreeWriter {

  public static final String INPUT = "features";
  public static final String OUTPUT = "probability";

  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final int ML_OPSET = 3;
  private static final String ML_DOMAIN = "ai.onnx.ml";
  private static final String LOG_ODDS = "log_odds";

  private OnnxTreeWriter() {}

  public static ModelProto write(TreeModel model, String name) {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("penstock")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(ML_DOMAIN).setVersion(ML_OPSET))
        .addMetadataProps(
            StringStringEntryProto.newBuilder()
                .setKey("columns")
                .setValue(String.join(",", model.columns())))
        .setGraph(
            GraphProto.newBuilder()
                .setName(name)
                .addInput(matrix(INPUT, model.columns().size()))
                .addNode(ensemble(model))
                .addNode(sigmoid())
                .addOutput(matrix(OUTPUT, 1)))
        .build();
  }

  private static NodeProto sigmoid() {
    return NodeProto.newBuilder()
        .setName("sigmoid")
        .setOpType("Sigmoid")
        .addInput(LOG_ODDS)
        .addOutput(OUTPUT)
        .build();
  }

  private static NodeProto ensemble(TreeModel model) {
    Nodes nodes = new Nodes();
    for (int tree = 0; tree < model.trees().size(); tree++) {
      nodes.add(tree, model.trees().get(tree));
    }
    return NodeProto.newBuilder()
        .setName("trees")
        .setOpType("TreeEnsembleRegressor")
        .setDomain(ML_DOMAIN)
        .addInput(INPUT)
        .addOutput(LOG_ODDS)
        .addAllAttribute(nodes.attributes())
        .build();
  }

  private static ValueInfoProto matrix(String name, int columns) {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(Dimension.newBuilder().setDimParam("rows"))
            .addDim(Dimension.newBuilder().setDimValue(columns))
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }

  /// The columns of the ensemble's attributes: one entry a node, in each of them. The leaves of a
  /// tree are numbered after its splits.
  private static final class Nodes {

    private final AttributeProto.Builder trees = ints("nodes_treeids");
    private final AttributeProto.Builder ids = ints("nodes_nodeids");
    private final AttributeProto.Builder columns = ints("nodes_featureids");
    private final AttributeProto.Builder modes = attribute("nodes_modes", AttributeType.STRINGS);
    private final AttributeProto.Builder thresholds =
        attribute("nodes_values", AttributeType.FLOATS);
    private final AttributeProto.Builder lefts = ints("nodes_truenodeids");
    private final AttributeProto.Builder rights = ints("nodes_falsenodeids");
    private final AttributeProto.Builder missingLefts = ints("nodes_missing_value_tracks_true");
    private final AttributeProto.Builder leafTrees = ints("target_treeids");
    private final AttributeProto.Builder leafIds = ints("target_nodeids");
    private final AttributeProto.Builder leafTargets = ints("target_ids");
    private final AttributeProto.Builder leafWeights =
        attribute("target_weights", AttributeType.FLOATS);

    void add(int tree, Tree grown) {
      for (int node = 0; node < grown.splits(); node++) {
        split(tree, grown, node);
      }
      for (int leaf = 0; leaf < grown.leaves().length; leaf++) {
        leaf(tree, grown, leaf);
      }
    }

    Iterable<AttributeProto> attributes() {
      AttributeProto.Builder targets = attribute("n_targets", AttributeType.INT).setI(1);
      return Stream.of(
              trees,
              ids,
              columns,
              modes,
              thresholds,
              lefts,
              rights,
              missingLefts,
              leafTrees,
              leafIds,
              leafTargets,
              leafWeights,
              targets)
          .map(AttributeProto.Builder::build)
          .toList();
    }

    private void split(int tree, Tree grown, int node) {
      node(tree, node, "BRANCH_LEQ");
      columns.addInts(grown.column()[node]);
      thresholds.addFloats(atMost(grown.threshold()[node]));
      lefts.addInts(id(grown, grown.left()[node]));
      rights.addInts(id(grown, grown.right()[node]));
      missingLefts.addInts(grown.missingLeft()[node] ? 1 : 0);
    }

    private void leaf(int tree, Tree grown, int leaf) {
      node(tree, id(grown, ~leaf), "LEAF");
      columns.addInts(0);
      thresholds.addFloats(0);
      lefts.addInts(0);
      rights.addInts(0);
      missingLefts.addInts(0);
      leafTrees.addInts(tree);
      leafIds.addInts(id(grown, ~leaf));
      leafTargets.addInts(0);
      leafWeights.addFloats((float) grown.leaves()[leaf]);
    }

    private void node(int tree, int id, String mode) {
      trees.addInts(tree);
      ids.addInts(id);
      modes.addStrings(ByteString.copyFromUtf8(mode));
    }

    private static int id(Tree tree, int child) {
      return child >= 0 ? child : tree.splits() + ~child;
    }

    /// The largest float at or below a threshold: a float is at or below the one exactly when it is
    /// at or below the other.
    private static float atMost(double threshold) {
      float nearest = (float) threshold;
      return nearest > threshold ? Math.nextDown(nearest) : nearest;
    }

    private static AttributeProto.Builder ints(String name) {
      return attribute(name, AttributeType.INTS);
    }

    private static AttributeProto.Builder attribute(String name, AttributeType type) {
      return AttributeProto.newBuilder().setName(name).setType(type);
    }
  }
}
