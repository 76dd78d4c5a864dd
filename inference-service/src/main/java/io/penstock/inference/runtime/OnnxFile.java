package io.penstock.inference.runtime;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.penstock.proto.onnx.AttributeProto;
import io.penstock.proto.onnx.GraphProto;
import io.penstock.proto.onnx.ModelProto;
import io.penstock.proto.onnx.NodeProto;
import io.penstock.proto.onnx.SparseTensorProto;
import io.penstock.proto.onnx.TensorProto;
import io.penstock.proto.onnx.TensorProto.DataLocation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;

/// The gate before the runtime: lets in self-contained ONNX models only. A model that names
/// external files could make the runtime read whatever lies on this machine.
final class OnnxFile {

  private OnnxFile() {}

  /// Refuses what is no ONNX model or not whole. The buffer is read in place.
  static void check(ByteBuffer file) throws ModelRefused {
    var model = parse(file);
    if (!model.hasGraph() || model.getOpsetImportCount() == 0 || model.getIrVersion() < 1) {
      throw new ModelRefused("the file is no ONNX model");
    }
    var graphs = Stream.of(model.getGraph());
    var functions = model.getFunctionsList().stream().flatMap(f -> f.getNodeList().stream());
    if (Stream.concat(graphs.flatMap(OnnxFile::tensors), functions.flatMap(OnnxFile::inNode))
        .anyMatch(OnnxFile::isExternal)) {
      throw new ModelRefused("the model keeps tensors in external files; save it as one file");
    }
  }

  private static ModelProto parse(ByteBuffer file) throws ModelRefused {
    try {
      var input = UnsafeByteOperations.unsafeWrap(file.duplicate()).newCodedInput();
      input.enableAliasing(true);
      return ModelProto.parseFrom(input);
    } catch (InvalidProtocolBufferException e) {
      throw new ModelRefused("the file is no ONNX model", e);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<TensorProto> tensors(GraphProto graph) {
    return Stream.of(
            graph.getInitializerList().stream(),
            graph.getSparseInitializerList().stream().flatMap(OnnxFile::inSparse),
            graph.getNodeList().stream().flatMap(OnnxFile::inNode))
        .flatMap(stream -> stream);
  }

  private static Stream<TensorProto> inNode(NodeProto node) {
    return node.getAttributeList().stream().flatMap(OnnxFile::inAttribute);
  }

  private static Stream<TensorProto> inAttribute(AttributeProto attribute) {
    return Stream.of(
            Stream.of(attribute.getT()),
            attribute.getTensorsList().stream(),
            inSparse(attribute.getSparseTensor()),
            attribute.getSparseTensorsList().stream().flatMap(OnnxFile::inSparse),
            attribute.hasG() ? tensors(attribute.getG()) : Stream.<TensorProto>empty(),
            attribute.getGraphsList().stream().flatMap(OnnxFile::tensors))
        .flatMap(stream -> stream);
  }

  private static Stream<TensorProto> inSparse(SparseTensorProto sparse) {
    return Stream.of(sparse.getValues(), sparse.getIndices());
  }

  private static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == DataLocation.EXTERNAL || tensor.getExternalDataCount() > 0;
  }
}
