package io.penstock.registry.mlmodel;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.registry.onnx.Datatype;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDescriptionTest {

  @Test
  void parse_ofWhatMlflowWrites_findsModelAndTensors() {
    var description =
        ModelDescription.parse(
            """
            flavors:
              onnx:
                data: model.onnx
            signature:
              inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}, "name": "x"}]'
            """);
    assertThat(description.onnxFile()).contains("model.onnx");
    assertThat(description.inputs())
        .singleElement()
        .satisfies(
            tensor -> {
              assertThat(tensor.name()).isEqualTo("x");
              assertThat(tensor.spec().datatype()).isEqualTo(Datatype.FP32);
              assertThat(tensor.spec().shape()).isEqualTo(Optional.of(List.of(-1L, 2L)));
            });
  }

  // A client may have written anything, and the version is registered all the same.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"tensor-spec\": {\"dtype\": \"float32\", \"shape\": [\"wide\"]}}]",
        "[{\"tensor-spec\": {\"dtype\": {}, \"shape\": [1]}}]",
        "[{\"tensor-spec\": {\"dtype\": null}}]",
        "[{\"tensor-spec\": {\"dtype\": [1, 2]}}]",
        "[{\"tensor-spec\": {\"dtype\": \"float32\"}, \"name\": {}}]",
        "[[[",
        "{}",
        "7"
      })
  void parse_ofASignatureThatIsNone_findsNoTensors(String signature) {
    var description = ModelDescription.parse("signature:\n  inputs: '%s'\n".formatted(signature));
    assertThat(description.inputs()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "&a [*a]", "{", "flavors: 7", "a: !!java.net.URL [x]", "a: !!int x", "\0"})
  void parse_ofNoDescription_findsNothing(String yaml) {
    assertThat(ModelDescription.parse(yaml).onnxFile()).isEmpty();
  }
}
