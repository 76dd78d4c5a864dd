package io.penstock.registry.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureException;
import io.penstock.proto.onnx.AttributeProto;
import io.penstock.proto.onnx.FunctionProto;
import io.penstock.proto.onnx.GraphProto;
import io.penstock.proto.onnx.ModelProto;
import io.penstock.proto.onnx.NodeProto;
import io.penstock.proto.onnx.SparseTensorProto;
import io.penstock.proto.onnx.StringStringEntryProto;
import io.penstock.proto.onnx.TensorProto;
import io.penstock.proto.onnx.TypeProto;
import io.penstock.proto.onnx.ValueInfoProto;
import io.penstock.registry.RegistryFailure.ExternalData;
import io.penstock.registry.RegistryFailure.NotOnnx;
import io.penstock.registry.RegistryFailure.OnnxUnsupported;
import io.penstock.testkit.TestOnnx;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxFileTest {

  private static final String ARTIFACT = "artifacts/x";
  private static final TensorProto OUTSIDE =
      TensorProto.newBuilder()
          .setName("weights")
          .setDataLocation(TensorProto.DataLocation.EXTERNAL)
          .addExternalData(
              StringStringEntryProto.newBuilder().setKey("location").setValue("../../etc/passwd"))
          .build();

  @Test
  void readSignature_givesNamesTypesAndShapes() {
    var signature = read(TestOnnx.logistic(0, 1, 2, 3));
    assertThat(signature.inputs())
        .containsExactly(new TensorSpec("features", Datatype.FP32, Optional.of(List.of(-1L, 3L))));
    assertThat(signature.outputs())
        .containsExactly(
            new TensorSpec("probability", Datatype.FP32, Optional.of(List.of(-1L, 1L))));
  }

  @Test
  void readSignature_leavesInitialisersOut() {
    var bytes =
        logistic(graph -> graph.addInput(graph.getInput(0).toBuilder().setName("weights").build()));
    assertThat(read(bytes).inputs()).extracting(TensorSpec::name).containsExactly("features");
  }

  @Test
  void readSignature_withoutAShape_leavesItOpen() {
    var bytes =
        logistic(
            graph -> {
              graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().clearShape();
              return graph;
            });
    assertThat(read(bytes).inputs().getFirst().shape()).isEmpty();
  }

  static Stream<byte[]> noModels() {
    var noise = new byte[2_000];
    new Random(5).nextBytes(noise);
    return Stream.of(
        new byte[0],
        "{\"json\": true}".getBytes(StandardCharsets.UTF_8),
        "PK\3\4 a zip file of some kind".getBytes(StandardCharsets.UTF_8),
        noise,
        ModelProto.newBuilder().setIrVersion(8).build().toByteArray(),
        model(builder -> builder.clearOpsetImport()),
        logistic(GraphProto.Builder::clearOutput),
        truncated(TestOnnx.logistic(0, 1)));
  }

  @ParameterizedTest
  @MethodSource("noModels")
  void readSignature_ofWhatIsNoModel_isRefused(byte[] bytes) {
    assertThat(failureOf(bytes)).isInstanceOf(NotOnnx.class);
  }

  static Stream<byte[]> modelsWithExternalData() {
    var node = NodeProto.newBuilder().setOpType("If");
    var inner =
        GraphProto.newBuilder()
            .setName("branch")
            .addNode(
                node.clone()
                    .addAttribute(graphOf(GraphProto.newBuilder().addInitializer(OUTSIDE))));
    var sparse = SparseTensorProto.newBuilder().setIndices(OUTSIDE);
    return Stream.of(
        logistic(graph -> graph.addInitializer(OUTSIDE)),
        logistic(graph -> graph.addSparseInitializer(sparse)),
        logistic(graph -> graph.addNode(node.clone().addAttribute(tensorOf(OUTSIDE)))),
        logistic(
            graph ->
                graph.addNode(
                    node.clone().addAttribute(AttributeProto.newBuilder().addTensors(OUTSIDE)))),
        logistic(
            graph ->
                graph.addNode(
                    node.clone()
                        .addAttribute(AttributeProto.newBuilder().addSparseTensors(sparse)))),
        logistic(graph -> graph.addNode(node.clone().addAttribute(graphOf(inner)))),
        logistic(
            graph ->
                graph.addNode(
                    node.clone().addAttribute(AttributeProto.newBuilder().addGraphs(inner)))),
        model(
            builder ->
                builder.addFunctions(
                    FunctionProto.newBuilder()
                        .setName("f")
                        .addNode(node.clone().addAttribute(tensorOf(OUTSIDE))))));
  }

  @ParameterizedTest
  @MethodSource("modelsWithExternalData")
  void readSignature_ofExternalData_namesThePath(byte[] bytes) {
    assertThat(failureOf(bytes))
        .isEqualTo(new ExternalData(ARTIFACT, "weights", "../../etc/passwd"));
  }

  @Test
  void readSignature_ofAnOutputThatIsNoTensor_isUnsupported() {
    var bytes =
        logistic(
            graph ->
                graph.addOutput(
                    ValueInfoProto.newBuilder()
                        .setName("classes")
                        .setType(TypeProto.getDefaultInstance())));
    assertThat(failureOf(bytes))
        .isInstanceOfSatisfying(
            OnnxUnsupported.class, failure -> assertThat(failure.detail()).contains("classes"));
  }

  @Test
  void readSignature_ofComplexNumbers_isUnsupported() {
    var bytes =
        logistic(
            graph -> {
              graph
                  .getInputBuilder(0)
                  .getTypeBuilder()
                  .getTensorTypeBuilder()
                  .setElemType(TensorProto.DataType.COMPLEX64_VALUE);
              return graph;
            });
    assertThat(failureOf(bytes)).isInstanceOf(OnnxUnsupported.class);
  }

  private static Signature read(byte[] bytes) {
    return OnnxFile.readSignature(ARTIFACT, ByteBuffer.wrap(bytes));
  }

  private static Failure failureOf(byte[] bytes) {
    var thrown = new Failure[1];
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOfSatisfying(FailureException.class, e -> thrown[0] = e.failure());
    return thrown[0];
  }

  private static AttributeProto.Builder tensorOf(TensorProto tensor) {
    return AttributeProto.newBuilder().setName("value").setT(tensor);
  }

  private static AttributeProto.Builder graphOf(GraphProto.Builder graph) {
    return AttributeProto.newBuilder().setName("then_branch").setG(graph);
  }

  private static byte[] logistic(UnaryOperator<GraphProto.Builder> change) {
    return model(
        builder -> {
          var _ = change.apply(builder.getGraphBuilder());
          return builder;
        });
  }

  private static byte[] model(UnaryOperator<ModelProto.Builder> change) {
    try {
      return change
          .apply(ModelProto.parseFrom(TestOnnx.logistic(0, 1)).toBuilder())
          .build()
          .toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] truncated(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }
}
