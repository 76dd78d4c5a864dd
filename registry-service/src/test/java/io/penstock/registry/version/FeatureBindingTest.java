package io.penstock.registry.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.registry.onnx.Datatype;
import io.penstock.registry.onnx.Signature;
import io.penstock.registry.onnx.TensorSpec;
import io.penstock.registry.version.FeatureBinding.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FeatureBindingTest {

  private static final String FIELD = "version.feature_binding";

  @Test
  void check_ofAFittingBinding_findsNothing() {
    assertThat(problems(binding("features", "a", "b"), FP32_ROWS_OF_TWO)).isEmpty();
  }

  @Test
  void check_ofAnUnknownInput_namesIt() {
    assertThat(problems(binding("x", "a", "b"), FP32_ROWS_OF_TWO))
        .containsExactly(FIELD + ".input: was 'x', which is no input of the model");
  }

  @Test
  void check_ofAnotherWidth_saysBoth() {
    assertThat(problems(binding("features", "a"), FP32_ROWS_OF_TWO))
        .containsExactly(FIELD + ".columns: has 1 columns, expected 2: 'features' is FP32 [-1, 2]");
  }

  @Test
  void check_ofAVariableWidth_takesAny() {
    assertThat(problems(binding("features", "a", "b", "c"), input(Datatype.FP32, -1L, -1L)))
        .isEmpty();
  }

  @Test
  void check_ofTheSameColumnTwice_namesThePlace() {
    assertThat(problems(binding("features", "a", "a"), FP32_ROWS_OF_TWO))
        .singleElement()
        .asString()
        .startsWith(FIELD + ".columns[1].name");
  }

  @Test
  void check_ofAColumnNamedAsAnInput_isAmbiguous() {
    assertThat(problems(binding("features", "a", "features"), FP32_ROWS_OF_TWO))
        .singleElement()
        .asString()
        .startsWith(FIELD + ".columns[1].name");
  }

  @Test
  void check_ofATensorThatIsNoTable_isRefused() {
    assertThat(problems(binding("features", "a", "b"), input(Datatype.FP32, -1L, 2L, 2L)))
        .containsExactly(FIELD + ".input: is FP32 [-1, 2, 2], expected [rows, columns]");
  }

  @Test
  void check_ofStrings_isRefused() {
    assertThat(problems(binding("features", "a", "b"), input(Datatype.BYTES, -1L, 2L)))
        .containsExactly(FIELD + ".input: is BYTES [-1, 2], expected numbers");
  }

  private static final Signature FP32_ROWS_OF_TWO = input(Datatype.FP32, -1L, 2L);

  private static Signature input(Datatype type, Long... shape) {
    return new Signature(
        List.of(new TensorSpec("features", type, Optional.of(List.of(shape)))), List.of());
  }

  private static FeatureBinding binding(String input, String... columns) {
    return new FeatureBinding(
        input, Arrays.stream(columns).map(name -> new Column(name, Optional.empty())).toList());
  }

  private static List<String> problems(FeatureBinding binding, Signature signature) {
    var problems = new ArrayList<String>();
    binding.check(signature, (field, words) -> problems.add(field + ": " + words));
    return problems;
  }
}
