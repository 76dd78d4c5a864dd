package io.penstock.registry.onnx;

import io.penstock.proto.onnx.AttributeProto;
import io.penstock.proto.onnx.FunctionProto;
import io.penstock.proto.onnx.GraphProto;
import io.penstock.proto.onnx.ModelProto;
import io.penstock.proto.onnx.NodeProto;
import io.penstock.proto.onnx.SparseTensorProto;
import io.penstock.proto.onnx.StringStringEntryProto;
import io.penstock.proto.onnx.TensorProto;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds tensors whose bytes lie in another file, wherever a model can hide one: initialisers,
/// sparse ones, attributes, and all of these again in subgraphs and functions. A runtime would open
/// that path on its own disk.
final class ExternalTensors {

  private ExternalTensors() {}

  static Optional<TensorProto> findFirst(ModelProto model) {
    return Stream.concat(
            ofGraph(model.getGraph()),
            model.getFunctionsList().stream().flatMap(ExternalTensors::ofFunction))
        .filter(ExternalTensors::isExternal)
        .findFirst();
  }

  /// The path that an external tensor names; empty text where it names none.
  static String path(TensorProto tensor) {
    return tensor.getExternalDataList().stream()
        .filter(entry -> entry.getKey().equals("location"))
        .map(StringStringEntryProto::getValue)
        .findFirst()
        .orElse("");
  }

  static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0;
  }

  private static Stream<TensorProto> ofGraph(GraphProto graph) {
    return Stream.of(
            graph.getInitializerList().stream(),
            graph.getSparseInitializerList().stream().flatMap(ExternalTensors::ofSparse),
            graph.getNodeList().stream().flatMap(ExternalTensors::ofNode))
        .flatMap(tensors -> tensors);
  }

  private static Stream<TensorProto> ofFunction(FunctionProto function) {
    return function.getNodeList().stream().flatMap(ExternalTensors::ofNode);
  }

  private static Stream<TensorProto> ofNode(NodeProto node) {
    return node.getAttributeList().stream().flatMap(ExternalTensors::ofAttribute);
  }

  private static Stream<TensorProto> ofAttribute(AttributeProto attribute) {
    return Stream.of(
            Stream.of(attribute.getT()),
            attribute.getTensorsList().stream(),
            ofSparse(attribute.getSparseTensor()),
            attribute.getSparseTensorsList().stream().flatMap(ExternalTensors::ofSparse),
            ofGraph(attribute.getG()),
            attribute.getGraphsList().stream().flatMap(ExternalTensors::ofGraph))
        .flatMap(tensors -> tensors);
  }

  private static Stream<TensorProto> ofSparse(SparseTensorProto tensor) {
    return Stream.of(tensor.getValues(), tensor.getIndices());
  }
}
