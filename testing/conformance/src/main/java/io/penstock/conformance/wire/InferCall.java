package io.penstock.conformance.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A call of infer, before it is written in a form. Parameters are `Boolean`, `Long`, `Double` or
/// `String`.
public final class InferCall {

  /// An output that is asked for.
  record Requested(String name, Map<String, Object> parameters) {}

  private final String model;
  private String version = "";
  private String id = "";
  private final Map<String, Object> parameters = new LinkedHashMap<>();
  private final List<Tensor> inputs = new ArrayList<>();
  private final List<Map<String, Object>> inputParameters = new ArrayList<>();
  private final List<Requested> outputs = new ArrayList<>();

  private InferCall(String model) {
    this.model = model;
  }

  public static InferCall of(String model, Tensor... inputs) {
    var call = new InferCall(model);
    List.of(inputs).forEach(call::input);
    return call;
  }

  public InferCall version(String value) {
    version = value;
    return this;
  }

  public InferCall id(String value) {
    id = value;
    return this;
  }

  public InferCall parameter(String name, Object value) {
    parameters.put(name, value);
    return this;
  }

  public InferCall input(Tensor tensor) {
    return input(tensor, Map.of());
  }

  public InferCall input(Tensor tensor, Map<String, Object> withParameters) {
    inputs.add(tensor);
    inputParameters.add(withParameters);
    return this;
  }

  public InferCall output(String name) {
    return output(name, Map.of());
  }

  public InferCall output(String name, Map<String, Object> withParameters) {
    outputs.add(new Requested(name, withParameters));
    return this;
  }

  String model() {
    return model;
  }

  String version() {
    return version;
  }

  String id() {
    return id;
  }

  Map<String, Object> parameters() {
    return parameters;
  }

  List<Tensor> inputs() {
    return inputs;
  }

  Map<String, Object> inputParameters(int index) {
    return inputParameters.get(index);
  }

  List<Requested> outputs() {
    return outputs;
  }

  @Override
  public String toString() {
    var text = new StringBuilder("infer ").append(model);
    if (!version.isEmpty()) {
      text.append(" version ").append(version);
    }
    if (!parameters.isEmpty()) {
      text.append(' ').append(parameters);
    }
    inputs.forEach(input -> text.append("\n            ").append(input));
    if (!outputs.isEmpty()) {
      text.append("\n            -> ").append(outputs);
    }
    return text.toString();
  }
}
