package io.penstock.registry.onnx;

import static java.util.stream.Collectors.toSet;

import com.google.protobuf.UnsafeByteOperations;
import io.penstock.proto.onnx.GraphProto;
import io.penstock.proto.onnx.ModelProto;
import io.penstock.proto.onnx.TensorShapeProto.Dimension;
import io.penstock.proto.onnx.TypeProto;
import io.penstock.proto.onnx.ValueInfoProto;
import io.penstock.registry.RegistryFailure.ExternalData;
import io.penstock.registry.RegistryFailure.NotOnnx;
import io.penstock.registry.RegistryFailure.OnnxUnsupported;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// A self-contained ONNX model, read for its signature.
public final class OnnxFile {

  private final String artifact;

  private OnnxFile(String artifact) {
    this.artifact = artifact;
  }

  /// Reads the signature of a model; refuses what is no ONNX, what keeps weights elsewhere, and
  /// what cannot be served.
  ///
  /// @param artifact the name that failures speak of
  public static Signature readSignature(String artifact, ByteBuffer bytes) {
    var file = new OnnxFile(artifact);
    var model = file.parse(bytes);
    file.requireSelfContained(model);
    return file.signature(model.getGraph());
  }

  // Weights stay where they are: the parser refers to the given bytes instead of copying them.
  private ModelProto parse(ByteBuffer bytes) {
    var input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    input.enableAliasing(true);
    try {
      return requireModel(ModelProto.parseFrom(input));
    } catch (IOException e) {
      throw notOnnx("the bytes are no ONNX model: " + e.getMessage());
    }
  }

  // Many bytes that are no model at all parse as an empty one.
  private ModelProto requireModel(ModelProto model) {
    if (model.getIrVersion() < 1 || !model.hasGraph()) {
      throw notOnnx("the bytes are no ONNX model: there is no IR version or no graph in them");
    }
    if (model.getOpsetImportCount() == 0) {
      throw notOnnx("the model imports no operator set");
    }
    if (model.getGraph().getOutputCount() == 0) {
      throw notOnnx("the graph has no output");
    }
    return model;
  }

  private void requireSelfContained(ModelProto model) {
    ExternalTensors.findFirst(model)
        .ifPresent(
            tensor -> {
              throw new ExternalData(artifact, tensor.getName(), ExternalTensors.path(tensor))
                  .exception();
            });
  }

  // Until IR version 4 every initialiser had to be listed among the inputs too; nobody has to feed
  // those.
  private Signature signature(GraphProto graph) {
    var initialised =
        graph.getInitializerList().stream().map(tensor -> tensor.getName()).collect(toSet());
    graph
        .getSparseInitializerList()
        .forEach(tensor -> initialised.add(tensor.getValues().getName()));
    var inputs =
        graph.getInputList().stream().filter(input -> !initialised.contains(input.getName()));
    return new Signature(specs("input", inputs.toList()), specs("output", graph.getOutputList()));
  }

  private List<TensorSpec> specs(String word, List<ValueInfoProto> values) {
    var names = new HashSet<String>();
    for (var value : values) {
      if (value.getName().isEmpty() || !names.add(value.getName())) {
        throw notOnnx(
            "the graph has the %s '%s' without a name or twice".formatted(word, value.getName()));
      }
    }
    return values.stream().map(value -> spec(word, value)).toList();
  }

  private TensorSpec spec(String word, ValueInfoProto value) {
    if (!value.getType().hasTensorType()) {
      throw unsupported(
          "%s '%s' is no tensor, expected tensors only".formatted(word, value.getName()));
    }
    var tensor = value.getType().getTensorType();
    var datatype =
        Datatype.ofOnnx(tensor.getElemType())
            .orElseThrow(
                () ->
                    unsupported(
                        "%s '%s' has the ONNX element type %d, which the Open Inference Protocol lacks"
                            .formatted(word, value.getName(), tensor.getElemType())));
    return new TensorSpec(value.getName(), datatype, shape(tensor));
  }

  private static Optional<List<Long>> shape(TypeProto.Tensor tensor) {
    return tensor.hasShape()
        ? Optional.of(tensor.getShape().getDimList().stream().map(OnnxFile::dimension).toList())
        : Optional.empty();
  }

  private static long dimension(Dimension dimension) {
    return dimension.hasDimValue() ? dimension.getDimValue() : TensorSpec.VARIABLE;
  }

  private RuntimeException notOnnx(String detail) {
    return new NotOnnx(artifact, detail).exception();
  }

  private RuntimeException unsupported(String detail) {
    return new OnnxUnsupported(artifact, detail).exception();
  }
}
