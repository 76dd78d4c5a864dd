package io.penstock.registry.quantization;

import com.google.protobuf.UnsafeByteOperations;
import io.penstock.proto.onnx.AttributeProto;
import io.penstock.proto.onnx.GraphProto;
import io.penstock.proto.onnx.ModelProto;
import io.penstock.proto.onnx.NodeProto;
import io.penstock.proto.onnx.OperatorSetIdProto;
import io.penstock.proto.onnx.TensorProto;
import io.penstock.proto.onnx.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Dynamic 8-bit quantisation of an ONNX graph: the constant matrices of its products become
/// integers with one scale a column, tables of embeddings integers with one scale a row. What flows
/// between the nodes stays 32-bit float; products quantise what they are given as it comes.
///
/// A quarter of the bytes, and faster on processors with integer dot products.
public final class WeightQuantization {

  /// Below this a matrix costs nothing anyway, and its error would remain.
  private static final int LEAST_VALUES = 1024;

  // DynamicQuantizeLinear came with it.
  private static final long LEAST_OPSET = 11;
  private static final long LEAST_IR_VERSION = 4;

  private final ModelProto model;
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final List<NodeProto> nodes = new ArrayList<>();
  private final List<TensorProto> added = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  // What is quantised once serves every product that it flows into.
  private final Map<String, String> quantizedInputs = new HashMap<>();
  private final Map<String, String> quantizedWeights = new HashMap<>();

  private WeightQuantization(ModelProto model) {
    this.model = model;
    model.getGraph().getInitializerList().forEach(it -> constants.put(it.getName(), it));
    model.getGraph().getNodeList().forEach(this::takeConstant);
    constants.remove(""); // the name of an input that is left out
  }

  private void takeConstant(NodeProto node) {
    if (node.getOpType().equals("Constant") && node.getOutputCount() > 0) {
      attribute(node, "value").ifPresent(it -> constants.put(node.getOutput(0), it.getT()));
    }
  }

  /// The quantised model.
  ///
  /// @param onnx a valid, self-contained ONNX model
  /// @return empty where there is nothing in it to quantise
  public static Optional<byte[]> quantize(ByteBuffer onnx) {
    var model = parse(onnx);
    return opset(model) < LEAST_OPSET
        ? Optional.empty()
        : new WeightQuantization(model).edit().map(ModelProto::toByteArray);
  }

  private static ModelProto parse(ByteBuffer onnx) {
    var input = UnsafeByteOperations.unsafeWrap(onnx.duplicate()).newCodedInput();
    input.enableAliasing(true);
    try {
      return ModelProto.parseFrom(input);
    } catch (IOException e) {
      throw new UncheckedIOException("the bytes were checked to be ONNX", e);
    }
  }

  private static long opset(ModelProto model) {
    return model.getOpsetImportList().stream()
        .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
        .mapToLong(OperatorSetIdProto::getVersion)
        .max()
        .orElse(0);
  }

  private Optional<ModelProto> edit() {
    var graph = model.getGraph();
    graph.getNodeList().forEach(node -> names.addAll(node.getOutputList()));
    names.addAll(constants.keySet());
    graph.getInputList().forEach(input -> names.add(input.getName()));
    graph.getNodeList().forEach(this::edit);
    return added.isEmpty() ? Optional.empty() : Optional.of(withNodes(graph));
  }

  private void edit(NodeProto node) {
    boolean done =
        isStandard(node)
            && switch (node.getOpType()) {
              case "MatMul" -> matMul(node);
              case "Gemm" -> gemm(node);
              case "Gather" -> gather(node);
              default -> false;
            };
    if (!done) {
      nodes.add(node);
    }
  }

  // A graph that no runtime would run can be registered all the same.
  private static boolean isStandard(NodeProto node) {
    return (node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx"))
        && node.getInputCount() > 1
        && node.getOutputCount() > 0;
  }

  private boolean matMul(NodeProto node) {
    var weights = weights(node.getInput(1));
    weights.ifPresent(
        matrix -> product(node.getInput(0), node.getInput(1), matrix, node.getOutput(0)));
    return weights.isPresent();
  }

  // Y = A * B + C; products with other factors stay as they are.
  private boolean gemm(NodeProto node) {
    var matrix = weights(node.getInput(1));
    if (matrix.isEmpty()
        || number(node, "transA", 0) != 0
        || factor(node, "alpha") != 1
        || factor(node, "beta") != 1) {
      return false;
    }
    boolean turned = number(node, "transB", 0) != 0;
    var weights = turned ? matrix.get().transposed() : matrix.get();
    var key = turned ? node.getInput(1) + " transposed" : node.getInput(1);
    boolean biased = node.getInputCount() > 2 && !node.getInput(2).isEmpty();
    var product = biased ? fresh(node.getOutput(0) + "_product") : node.getOutput(0);
    product(node.getInput(0), key, weights, product);
    if (biased) {
      nodes.add(node("Add", List.of(product, node.getInput(2)), node.getOutput(0)));
    }
    return true;
  }

  private void product(String input, String key, Weights weights, String output) {
    var quantized = quantizedInputs.computeIfAbsent(input, this::quantizeInput);
    var matrix = quantizedWeights.computeIfAbsent(key, name -> store(name, weights));
    var integers = fresh(output + "_integers");
    var floats = fresh(output + "_floats");
    var scale = fresh(output + "_scale");
    nodes.add(
        node("MatMulInteger", List.of(quantized, matrix, quantized + "_zero_point"), integers));
    nodes.add(cast(integers, floats));
    nodes.add(node("Mul", List.of(quantized + "_scale", matrix + "_scale"), scale));
    nodes.add(node("Mul", List.of(floats, scale), output));
  }

  private String quantizeInput(String input) {
    var name = fresh(input + "_quantized");
    nodes.add(
        node("DynamicQuantizeLinear", List.of(input), name, name + "_scale", name + "_zero_point"));
    return name;
  }

  private String store(String key, Weights weights) {
    var name = fresh(key.replace(' ', '_') + "_int8");
    var scales = weights.columnScales();
    added.add(weights.byColumn(name, scales));
    added.add(Weights.floats(name + "_scale", scales, List.of((long) weights.columns())));
    return name;
  }

  private boolean gather(NodeProto node) {
    var table = weights(node.getInput(0));
    if (table.isEmpty() || number(node, "axis", 0) != 0) {
      return false;
    }
    var stored =
        quantizedWeights.computeIfAbsent(
            node.getInput(0) + " rows", _ -> storeRows(node.getInput(0), table.get()));
    var output = node.getOutput(0);
    var integers = fresh(output + "_integers");
    var floats = fresh(output + "_floats");
    var scale = fresh(output + "_scale");
    nodes.add(node("Gather", List.of(stored, node.getInput(1)), integers));
    nodes.add(cast(integers, floats));
    nodes.add(node("Gather", List.of(stored + "_scale", node.getInput(1)), scale));
    nodes.add(node("Mul", List.of(floats, scale), output));
    return true;
  }

  private String storeRows(String key, Weights table) {
    var name = fresh(key + "_rows_int8");
    var scales = table.rowScales();
    added.add(table.byRow(name, scales));
    added.add(Weights.floats(name + "_scale", scales, List.of((long) table.rows(), 1L)));
    return name;
  }

  private Optional<Weights> weights(String name) {
    return Optional.ofNullable(constants.get(name))
        .flatMap(Weights::of)
        .filter(weights -> weights.values().length >= LEAST_VALUES)
        .filter(Weights::isFinite);
  }

  private ModelProto withNodes(GraphProto graph) {
    var unused = unusedConstants(graph);
    var edited =
        graph.toBuilder()
            .clearNode()
            .addAllNode(without(unused, nodes, WeightQuantization::constant))
            .clearInitializer()
            .addAllInitializer(without(unused, graph.getInitializerList(), TensorProto::getName))
            .addAllInitializer(added)
            .clearInput()
            .addAllInput(without(unused, graph.getInputList(), ValueInfoProto::getName));
    // From version 4 on, initialisers need not stand among the inputs.
    return model.toBuilder()
        .setIrVersion(Math.max(LEAST_IR_VERSION, model.getIrVersion()))
        .setGraph(edited)
        .build();
  }

  /// Matrices that no node refers to any more. A subgraph sees the names of the graph around it, so
  /// beside one they all stay.
  private Set<String> unusedConstants(GraphProto graph) {
    boolean nested =
        nodes.stream()
            .flatMap(node -> node.getAttributeList().stream())
            .anyMatch(attribute -> attribute.hasG() || attribute.getGraphsCount() > 0);
    if (nested) {
      return Set.of();
    }
    var unused = new HashSet<>(constants.keySet());
    nodes.forEach(node -> node.getInputList().forEach(unused::remove));
    graph.getOutputList().forEach(output -> unused.remove(output.getName()));
    return unused;
  }

  private static String constant(NodeProto node) {
    return node.getOpType().equals("Constant") && node.getOutputCount() > 0
        ? node.getOutput(0)
        : "";
  }

  private static <T> List<T> without(Set<String> names, List<T> all, Function<T, String> name) {
    return all.stream().filter(it -> !names.contains(name.apply(it))).toList();
  }

  // Scale and zero point are named after what they belong to.
  private String fresh(String wanted) {
    var name = wanted;
    for (int i = 2; isTaken(name); i++) {
      name = wanted + "_" + i;
    }
    names.addAll(List.of(name, name + "_scale", name + "_zero_point"));
    return name;
  }

  private boolean isTaken(String name) {
    return names.contains(name)
        || names.contains(name + "_scale")
        || names.contains(name + "_zero_point");
  }

  private static NodeProto node(String type, List<String> inputs, String... outputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(outputs[0] + "_node")
        .addAllInput(inputs)
        .addAllOutput(List.of(outputs))
        .build();
  }

  private static NodeProto cast(String input, String output) {
    return node("Cast", List.of(input), output).toBuilder()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("to")
                .setType(AttributeProto.AttributeType.INT)
                .setI(TensorProto.DataType.FLOAT_VALUE))
        .build();
  }

  private static long number(NodeProto node, String name, long unset) {
    return attribute(node, name).map(AttributeProto::getI).orElse(unset);
  }

  private static float factor(NodeProto node, String name) {
    return attribute(node, name).map(AttributeProto::getF).orElse(1f);
  }

  private static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst();
  }
}
