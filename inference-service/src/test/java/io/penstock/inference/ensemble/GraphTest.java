package io.penstock.inference.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What is wrong with graphs, in words, before anything runs.
class GraphTest {

  private final GraphFixture graphs = new GraphFixture();

  @Test
  void sound_hasNoProblems() throws GraphRefused {
    graphs.input("x", DataType.FP32, -1, 2).output("z", DataType.FP32, -1, 2);
    graphs.step("first", Map.of("in", "x"), Map.of("out", "y"));
    graphs.step("second", Map.of("in", "y"), Map.of("out", "z"));
    graphs.model("first", DataType.FP32, -1, 2).model("second", DataType.FP32, -1, -1);
    assertThat(problems()).isEmpty();
  }

  @Test
  void circle_isNamedWithItsSteps() {
    graphs.input("x", DataType.FP32, -1).output("z", DataType.FP32, -1);
    graphs.step("first", Map.of("in", "x", "more", "b"), Map.of("out", "a"));
    graphs.step("second", Map.of("in", "a"), Map.of("out", "b"));
    graphs.step("third", Map.of("in", "b"), Map.of("out", "z"));
    assertThatThrownBy(this::problems)
        .hasMessage("steps wait for each other in a circle: 0 (first), 1 (second), 2 (third)");
  }

  @Test
  void nameProblems_areAllTold() {
    graphs.input("x", DataType.FP32, -1).output("z", DataType.FP32, -1);
    graphs.step("first", Map.of("in", "nowhere"), Map.of("out", "x"));
    assertThatThrownBy(this::problems)
        .hasMessageContaining("tensor 'x' comes from step 0 (first) and from the request")
        .hasMessageContaining("step 0 (first) takes 'nowhere', which nothing gives")
        .hasMessageContaining("no step gives the output 'z'");
  }

  @Test
  void stepInVain_isRefused() {
    graphs.input("x", DataType.FP32, -1).output("z", DataType.FP32, -1);
    graphs.step("first", Map.of("in", "x"), Map.of("out", "z"));
    graphs.step("second", Map.of("in", "z"), Map.of("out", "unused"));
    assertThatThrownBy(this::problems).hasMessage("nothing needs step 1 (second)");
  }

  @Test
  void modelThatIsNotLoaded_isNamed() throws GraphRefused {
    graphs.input("x", DataType.FP32, -1).output("z", DataType.FP32, -1);
    graphs.step("absent", Map.of("in", "x"), Map.of("out", "z"));
    assertThat(problems()).containsExactly("step 0 (absent) needs 'absent', which is not loaded");
  }

  @Test
  void typesAndShapes_mustMeet() throws GraphRefused {
    graphs.input("x", DataType.INT64, -1, 3).output("z", DataType.FP64, -1, 2);
    graphs.step("first", Map.of("in", "x"), Map.of("out", "z"));
    graphs.model("first", DataType.FP32, -1, 2);
    assertThat(problems())
        .containsExactly(
            "step 0 (first) gives 'in' of models/first/versions/1 the tensor 'x', which is"
                + " INT64 [-1, 3], expected FP32 [-1, 2]",
            "the output 'z' is declared FP64 [-1, 2], yet step 0 (first) gives FP32 [-1, 2]");
  }

  @Test
  void inputsAndOutputsOfTheModel_mustExist() throws GraphRefused {
    graphs.input("x", DataType.FP32, -1).output("z", DataType.FP32, -1);
    graphs.step("first", Map.of("wrong", "x"), Map.of("other", "z"));
    graphs.model("first", DataType.FP32, -1);
    assertThat(problems())
        .containsExactly(
            "step 0 (first) takes 'other' of models/first/versions/1, which gives [out]",
            "step 0 (first) does not give models/first/versions/1 its [in]",
            "step 0 (first) gives models/first/versions/1 an input 'wrong', expected [in]");
  }

  @Test
  void graphThatAsksItself_throughAnother_isRefused() throws GraphRefused {
    graphs.input("x", DataType.FP32, -1).output("z", DataType.FP32, -1);
    graphs.step("inner", Map.of("in", "x"), Map.of("out", "z"));
    graphs.graph("inner", Set.of("graph"));
    assertThat(problems()).containsExactly("'graph' would ask itself");
  }

  @Test
  void graphsTooDeep_areRefused() throws GraphRefused {
    graphs.input("x", DataType.FP32, -1).output("z", DataType.FP32, -1);
    graphs.step("a", Map.of("in", "x"), Map.of("out", "z"));
    graphs.graph("a", Set.of("b")).graph("b", Set.of("c")).graph("c", Set.of("d"));
    graphs.graph("d", Set.of("e")).graph("e", Set.of());
    assertThat(problems()).containsExactly("graphs within graphs are more than 4 deep");
  }

  @Test
  void boundModel_takesKeysAndColumns_orItsInputReadyMade() throws GraphRefused {
    var keys = new TensorSpec("origin", DataType.BYTES, Shape.of(-1));
    var features = new TensorSpec("features", DataType.FP32, Shape.of(-1, 9));
    graphs.loaded(
        "bound",
        new StepModel(
            "models/bound/versions/1",
            List.of(features, keys),
            Set.of("origin"),
            List.of(Set.of("origin"), Set.of("features")),
            List.of(new TensorSpec("out", DataType.FP32, Shape.of(-1))),
            Set.of()));
    graphs.input("airport", DataType.BYTES, -1, 1).output("z", DataType.FP32, -1);
    graphs.step("bound", Map.of("origin", "airport"), Map.of("out", "z"));
    assertThat(problems()).isEmpty();
  }

  private List<String> problems() throws GraphRefused {
    return GraphCheck.problems("graph", Graph.of(graphs.config()), graphs::of);
  }
}
